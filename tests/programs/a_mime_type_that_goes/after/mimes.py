import mimetypes

LIMIT = 1
print(LIMIT)

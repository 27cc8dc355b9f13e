import mimetypes

LIMIT = 1
print(LIMIT)
mimetypes.add_type("text/shop", ".shop")

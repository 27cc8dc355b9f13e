import mimetypes

LIMIT = 2
print(LIMIT)
mimetypes.add_type("text/shop", ".shop")

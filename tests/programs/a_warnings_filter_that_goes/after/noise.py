import warnings

LIMIT = 1
print(LIMIT)

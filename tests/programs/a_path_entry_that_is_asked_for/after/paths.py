import sys

LIMIT = 1
print(LIMIT)

if "/elsewhere" not in sys.path:
    sys.path.insert(0, "/elsewhere")

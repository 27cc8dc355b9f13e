import sys

LIMIT = 1
print(LIMIT)
sys.path.append("/elsewhere")

import sys

LIMIT = 1
print(LIMIT)

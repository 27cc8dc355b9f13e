import logging

LIMIT = 1
print(LIMIT)

import logging

LIMIT = 2
print(LIMIT)
logging.getLogger("shop").setLevel(logging.ERROR)

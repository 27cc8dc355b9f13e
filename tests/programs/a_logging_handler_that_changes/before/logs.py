import logging

LIMIT = 1
print(LIMIT)
logging.getLogger("shop").addHandler(logging.StreamHandler())

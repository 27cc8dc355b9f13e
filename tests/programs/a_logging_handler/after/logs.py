import logging

LIMIT = 2
print(LIMIT)
logging.getLogger("shop").addHandler(logging.StreamHandler())

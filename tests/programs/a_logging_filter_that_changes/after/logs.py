import logging

LIMIT = 1
print(LIMIT)


class Quiet(logging.Filter):
    pass


logging.getLogger("shop").addFilter(logging.Filter("store"))

import logging

LIMIT = 2
print(LIMIT)


class Quiet(logging.Filter):
    pass


logging.getLogger("shop").addFilter(Quiet("shop"))

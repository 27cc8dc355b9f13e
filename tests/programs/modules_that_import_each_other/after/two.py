import one

LIMIT = 1
name = "two"


def other():
    return one.name()

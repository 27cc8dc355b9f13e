LIMIT = 2
MORE = 3


def text(times=MORE):
    return LIMIT * times

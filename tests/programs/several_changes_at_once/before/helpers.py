LIMIT = 1


def text():
    return LIMIT

LIMIT = 2


def name(a=3):
    return a

LIMIT = 1


def name(a=1):
    return a

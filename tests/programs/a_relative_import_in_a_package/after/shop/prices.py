LIMIT = 2


def rate():
    return 5

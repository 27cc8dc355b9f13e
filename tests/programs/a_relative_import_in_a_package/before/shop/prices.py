LIMIT = 1


def rate():
    return 1

print(1)


def first():
    return 1


def deep():
    return deep()


deep()

print('hello')


def price():
    return 1

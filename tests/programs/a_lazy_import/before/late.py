print('late')


def answer():
    return 1

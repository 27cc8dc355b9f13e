print('again')


def price():
    return 2

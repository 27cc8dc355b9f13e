import copyreg

LIMIT = 2
print(LIMIT)


class Shop:
    pass


def reduce(shop):
    return Shop, ()


copyreg.pickle(Shop, reduce)

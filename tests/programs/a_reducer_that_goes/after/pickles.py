import copyreg

LIMIT = 1
print(LIMIT)


class Shop:
    pass


def reduce(shop):
    return Shop, ()



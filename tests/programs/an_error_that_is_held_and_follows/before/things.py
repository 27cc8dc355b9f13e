class Thing(Exception):
    pass


def make():
    return Thing("x")


def word(one):
    return str(one)

class Thing(dict):
    pass


def make():
    return Thing(a=1)


def word(one):
    return "old"

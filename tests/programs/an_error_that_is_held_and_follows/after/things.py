class Thing(Exception):
    code = 1



def make():
    return Thing("x")


def word(one):
    return str(one)

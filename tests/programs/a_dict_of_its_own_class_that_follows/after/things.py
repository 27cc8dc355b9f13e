class Thing(dict):
    size = 1



def make():
    return Thing(a=1)


def word(one):
    return "new"

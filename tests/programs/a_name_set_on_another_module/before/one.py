import tools


def hi():
    return "hi"


tools.hi = hi

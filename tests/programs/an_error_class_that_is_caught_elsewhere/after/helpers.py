from errors import Missing


def fail():
    raise Missing

hits = 0


def answer():
    return [1]


def count():
    global hits
    hits += 1
    return hits

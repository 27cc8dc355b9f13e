hits = 0


def count():
    global hits
    hits += 1
    return hits

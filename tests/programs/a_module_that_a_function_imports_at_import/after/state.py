hits = 0


def count() -> int:
    global hits
    hits += 1
    return hits

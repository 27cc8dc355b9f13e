LIMIT = 1


def load():
    return {"limit": LIMIT}

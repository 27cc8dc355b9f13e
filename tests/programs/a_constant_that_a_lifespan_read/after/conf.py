LIMIT = 2


def load():
    return {"limit": LIMIT}

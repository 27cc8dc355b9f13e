def load():
    return {"limit": 1}


def other():
    return 1

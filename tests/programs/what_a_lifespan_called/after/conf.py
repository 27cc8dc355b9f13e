def load():
    return {"limit": 2}

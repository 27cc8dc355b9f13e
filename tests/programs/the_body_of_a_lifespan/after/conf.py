def load():
    return {"limit": 1}

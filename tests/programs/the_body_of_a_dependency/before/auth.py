def user(name: str = "ada"):
    return name

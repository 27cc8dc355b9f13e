def user(who: str = "bob"):
    return who

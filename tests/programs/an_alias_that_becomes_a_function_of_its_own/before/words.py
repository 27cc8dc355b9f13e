def first():
    return "first"


second = first

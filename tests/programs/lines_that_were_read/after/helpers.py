# why
def first():
    return 2

found = {}


def register(cls):
    found[cls.__name__] = cls
    return cls

print("lazy")
TABLE = {"color": "red", "shape": "round"}


def __getattr__(name):
    try:
        globals()[name] = TABLE[name]
    except KeyError:
        raise AttributeError(name) from None
    return TABLE[name]

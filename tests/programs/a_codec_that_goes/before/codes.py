import codecs

LIMIT = 1
print(LIMIT)


def find(name):
    if name == "shop":
        return codecs.lookup("utf-8" if LIMIT == 1 else "latin-1")
    return None


codecs.register(find)

import sys

LIMIT = 2
print(LIMIT)


class Finder:
    def find_spec(self, name, path=None, target=None):
        return None


sys.meta_path.append(Finder())

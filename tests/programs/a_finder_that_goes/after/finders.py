import sys

LIMIT = 1
print(LIMIT)


class Finder:
    def find_spec(self, name, path=None, target=None):
        return None



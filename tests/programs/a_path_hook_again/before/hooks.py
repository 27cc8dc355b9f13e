import sys

LIMIT = 1
print(LIMIT)


def hook(path):
    raise ImportError(path)


sys.path_hooks.append(hook)

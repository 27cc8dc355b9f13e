part = 3
LIMIT = part * 2
del part

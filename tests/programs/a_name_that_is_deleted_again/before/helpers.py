part = 2
LIMIT = part * 2
del part

import atexit

LIMIT = 2
print(LIMIT)


@atexit.register
def bye():
    print("bye", LIMIT)

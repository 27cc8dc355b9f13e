import atexit

LIMIT = 1
print(LIMIT)


@atexit.register
def bye():
    print("bye", LIMIT)

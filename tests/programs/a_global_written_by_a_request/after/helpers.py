count = 0


def text():
    global count
    count += 1
    return "new"


def seen():
    return count

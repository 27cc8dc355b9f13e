count = 0


def text():
    global count
    count += 1
    return "old"


def seen():
    return count

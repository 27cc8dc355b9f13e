import copyreg
import sqlite3

WORD = "new"
print(WORD)


class Point:
    pass


def adapt(point):
    return WORD


sqlite3.register_adapter(Point, adapt)

import copyreg
import sqlite3

WORD = "old"
print(WORD)


class Point:
    pass


def adapt(point):
    return WORD


sqlite3.register_adapter(Point, adapt)

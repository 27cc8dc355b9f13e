from pydantic import BaseModel


class Thing(BaseModel):
    a: int = 1


def make():
    return Thing()


def word(one):
    return one.a

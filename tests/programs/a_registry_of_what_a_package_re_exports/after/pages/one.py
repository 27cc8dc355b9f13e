from base import Answer

first = Answer("one")


def make() -> Answer:
    return Answer("one")

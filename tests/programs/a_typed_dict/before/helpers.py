from typing_extensions import TypedDict


class Point(TypedDict):
    x: int

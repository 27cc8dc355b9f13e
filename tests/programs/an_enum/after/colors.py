from enum import Enum


class Color(Enum):
    RED = "red"
    BLUE = "blue"

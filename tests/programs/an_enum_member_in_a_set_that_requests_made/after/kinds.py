from enum import Enum


class Kind(Enum):
    A = 1
    B = 2
    C = 3

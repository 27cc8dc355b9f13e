from typing import Generic, TypeVar

T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, value: T, times=2) -> None:
        self.value = value
        self.times = times

    def get(self) -> T:
        return self.value * self.times

from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int

    def sum(self):
        return self.x + self.y

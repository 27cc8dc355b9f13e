from dataclasses import dataclass


@dataclass
class Point:
    scale = 2

    x: int
    y: int

    def sum(self):
        return (self.x + self.y) * self.scale

from abc import ABC, abstractmethod


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    @abstractmethod
    def name(self): ...


class Circle(Shape):
    def area(self):
        return 3

    def name(self):
        return "circle"

from pydantic import BaseModel


class Thing(BaseModel):
    a: int = 1

    @property
    def double(self):
        return 2 * self.a


def make():
    return Thing()


def word(one):
    return one.a

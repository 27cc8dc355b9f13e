from pydantic import BaseModel, field_validator


class Item(BaseModel):
    a: int

    @field_validator("a")
    @classmethod
    def small(cls, value):
        return min(value, 10)


DEFAULT = Item(a=50)

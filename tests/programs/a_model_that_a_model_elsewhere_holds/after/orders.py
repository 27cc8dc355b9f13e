from pydantic import BaseModel

from items import Item


class Order(BaseModel):
    items: list[Item]

from sqlmodel import Field, SQLModel

NAME = "old"


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str

from pydantic import BaseModel


class Out(BaseModel):
    a: int
    b: int

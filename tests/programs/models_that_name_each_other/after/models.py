from __future__ import annotations

from pydantic import BaseModel


class Author(BaseModel):
    name: str
    books: list[Book] = []


class Book(BaseModel):
    title: str
    pages: int = 7
    author: Author | None = None


Author.model_rebuild()

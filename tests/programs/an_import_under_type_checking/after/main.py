from __future__ import annotations

from typing import TYPE_CHECKING
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


if TYPE_CHECKING:
    from shop import Price, Tax


@app.get("/")
def index():
    return 1


app = ReloadMiddleware(app)

import sub
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


app.mount("/sub", sub.app)


app = ReloadMiddleware(app)

from fastapi import FastAPI

from reloading import ReloadMiddleware

from . import state
from .api import router

app = FastAPI()
app.include_router(router)


@app.get("/hits")
def count():
    return state.count()


app = ReloadMiddleware(app)

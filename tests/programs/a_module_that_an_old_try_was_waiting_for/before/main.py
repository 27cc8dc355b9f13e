from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


try:
    import extra
except ImportError:
    extra = None


@app.get("/")
def index():
    return extra is None or extra.name


app = ReloadMiddleware(app)

import mimes
import mimetypes
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [mimetypes.guess_type("a.shop"), mimetypes.guess_type("a.store"), mimetypes.guess_all_extensions("text/shop")]


app = ReloadMiddleware(app)

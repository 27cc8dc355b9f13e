import codes
import codecs
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


def codec_of(name):
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


@app.get("/")
def index():
    return codec_of("shop")


app = ReloadMiddleware(app)

import conf
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


def make(name):
    def answer():
        return name

    return answer


for name in conf.NAMES:
    app.add_api_route(f"/{name}", make(name), name=name)


app = ReloadMiddleware(app)

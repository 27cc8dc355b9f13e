import jinja2
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


templates = jinja2.Environment(loader=jinja2.FileSystemLoader("pages"), auto_reload=False)


@app.get("/")
def index():
    return templates.get_template("a.html").render()


app = ReloadMiddleware(app)

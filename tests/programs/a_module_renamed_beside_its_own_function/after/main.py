import words
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()
app.get("/hits")(state.count)


@app.get("/")
def index():
    return words.greet()


app = ReloadMiddleware(app)

from fastapi import FastAPI
from reloading import ReloadMiddleware

# a comment
# another
app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def text():
    # why

    return "old"

@app.get("/")
def index():
    return text()


app = ReloadMiddleware(app)

from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


async def text():
    return "old"


@app.get("/")
async def index():
    return await text()


app = ReloadMiddleware(app)

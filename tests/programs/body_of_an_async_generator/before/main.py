from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


async def words():
    for word in ["a", "b"]:
        yield word


@app.get("/")
async def index():
    return [word async for word in words()]


app = ReloadMiddleware(app)

from fastapi import Depends
from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


async def session():
    yield "new"


@app.get("/")
async def index(found: str = Depends(session)):
    return found


app = ReloadMiddleware(app)

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI
from reloading import ReloadMiddleware

hits = 0
said = []


def word():
    return "new"


async def say(told):
    said.append(word())
    told.set()


@asynccontextmanager
async def lifespan(app):
    app.state.asked, app.state.told = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(talk(app.state))
    yield
    task.cancel()


async def talk(state):
    while True:
        await state.asked.wait()
        state.asked.clear()
        await say(state.told)


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def index():
    app.state.told.clear()
    app.state.asked.set()
    await app.state.told.wait()
    return said[-1]


@app.get("/hits")
def count():
    global hits
    hits += 1
    return hits


app = ReloadMiddleware(app)

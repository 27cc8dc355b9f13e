from fastapi import BackgroundTasks
from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


done = []


def work(word):
    done.append("old " + word)


@app.get("/")
def index(tasks: BackgroundTasks):
    tasks.add_task(work, "x")
    return len(done)


@app.get("/done")
def told():
    return done[-1:]


app = ReloadMiddleware(app)

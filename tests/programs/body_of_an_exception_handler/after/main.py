from fastapi.responses import JSONResponse
from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


@app.exception_handler(KeyError)
async def missing(request, error):
    return JSONResponse("new", 404)


@app.get("/")
def index():
    raise KeyError("x")


app = ReloadMiddleware(app)

from fastapi import Depends

import auth
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index(user: str = Depends(auth.user)):
    return user


app = ReloadMiddleware(app)

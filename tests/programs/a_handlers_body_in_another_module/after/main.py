import users
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


app.include_router(users.router)


app = ReloadMiddleware(app)

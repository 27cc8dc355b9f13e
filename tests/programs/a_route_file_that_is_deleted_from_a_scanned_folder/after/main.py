import pkgutil
from importlib import import_module

from fastapi import FastAPI

import routes
import state
from reloading import ReloadMiddleware

app = FastAPI()
for found in pkgutil.iter_modules(routes.__path__):
    app.include_router(import_module("routes." + found.name).router)


@app.get("/hits")
def count() -> int:
    return state.count()


app = ReloadMiddleware(app)

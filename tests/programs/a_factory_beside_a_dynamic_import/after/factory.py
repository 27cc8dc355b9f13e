from fastapi import FastAPI
from plugins import loaded
from views import index, more


def make() -> FastAPI:
    app = FastAPI(title=loaded[0].TEXT)
    app.get("/")(index)
    app.get("/more")(more)
    return app

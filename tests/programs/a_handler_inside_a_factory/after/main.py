from fastapi import FastAPI
from reloading import ReloadMiddleware

hits = 0

def create_app():
    app = FastAPI(title="old")

    @app.get("/")
    def index():
        return "good day"

    @app.get("/hits")
    def count():
        global hits
        hits += 1
        return hits

    return app

app = ReloadMiddleware(create_app())

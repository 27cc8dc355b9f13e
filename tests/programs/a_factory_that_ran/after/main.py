from fastapi import FastAPI
from reloading import ReloadMiddleware
import state

def create_app():
    app = FastAPI(title="new")

    @app.get("/")
    def index():
        return "hello"

    @app.get("/hits")
    def count():
        return state.count()

    return app

app = ReloadMiddleware(create_app())

import state
from quart import Quart, current_app
from reloading import ReloadMiddleware

app = Quart(__name__)
app.config.from_object("settings.Development")


@app.get("/")
async def index():
    return current_app.config["TITLE"]


@app.get("/hits")
async def hits():
    return str(state.count())


app = ReloadMiddleware(app)

import items
import state
import users
from core import app
from reloading import ReloadMiddleware


@app.get("/hits")
def count():
    return state.count()


app = ReloadMiddleware(app)

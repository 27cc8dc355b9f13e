from routes import make_routes
from starlette.applications import Starlette
from reloading import ReloadMiddleware

app = ReloadMiddleware(Starlette(routes=make_routes()))

from middleware import VisitorMiddleware
from routes import routes
from settings import DEBUG
from starlette.applications import Starlette
from starlette.middleware import Middleware

from asgi_reload import ReloadMiddleware

app = Starlette(debug=DEBUG, routes=routes, middleware=[Middleware(ReloadMiddleware), Middleware(VisitorMiddleware)])

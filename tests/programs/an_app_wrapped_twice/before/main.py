from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import state
from reloading import ReloadMiddleware


async def index(request):
    return PlainTextResponse("index")


async def count(request):
    return PlainTextResponse(str(state.count()))


class Stamp:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


app = Starlette(routes=[Route("/old", index), Route("/hits", count)])
app = Stamp(app)
app = ReloadMiddleware(app)

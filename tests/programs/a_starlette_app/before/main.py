from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import state
from reloading import ReloadMiddleware


async def index(request):
    return JSONResponse("old")


async def count(request):
    return JSONResponse(state.count())


app = ReloadMiddleware(Starlette(routes=[Route("/", index), Route("/hits", count)]))

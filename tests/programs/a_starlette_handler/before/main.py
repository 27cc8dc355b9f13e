from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from reloading import ReloadMiddleware

hits = 0


async def index(request):
    return JSONResponse("old")


async def count(request):
    global hits
    hits += 1
    return JSONResponse(hits)


app = ReloadMiddleware(Starlette(routes=[Route("/", index), Route("/hits", count)]))

from starlette.responses import PlainTextResponse
from starlette.routing import Route
import state

def index(request):
    return PlainTextResponse("index")

def count(request):
    return PlainTextResponse(str(state.count()))

def make_routes():
    return [Route("/", index), Route("/hits", count), Route("/new", index)]

from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def old(request):
    return PlainTextResponse("extra")


routes = [Route("/old", old)]

import os

from django.conf import settings
from reloading import ReloadMiddleware
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")


async def index(request):
    return PlainTextResponse(settings.TITLE)


app = ReloadMiddleware(Starlette(routes=[Route("/", index)]))

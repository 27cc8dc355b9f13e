from models import Note
from settings import TITLE
from starlette.endpoints import HTTPEndpoint
from starlette.responses import JSONResponse
from starlette.templating import Jinja2Templates
from state import remember

templates = Jinja2Templates("templates")


class Home(HTTPEndpoint):
    async def get(self, request):
        visitor = request.scope["visitor"]
        context = {"heading": "Handler one", "note": Note(), "visitor": visitor, "title": TITLE}
        return templates.TemplateResponse(request, "page.html", context)


async def state(request):
    return JSONResponse(remember())

from litestar import Controller, get
from litestar.response import Template
from models import Note
from settings import settings
from state import remember


class PageController(Controller):
    path = "/"

    @get()
    async def home(self, visitor: str) -> Template:
        context = {"heading": "Handler one", "note": Note(), "visitor": visitor, "title": settings.title}
        return Template("page.html", context=context)

    @get("/note")
    async def note(self) -> Note:
        return Note()


@get("/state")
async def state() -> dict[str, int]:
    return remember()

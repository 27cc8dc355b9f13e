from config import Settings, get_settings
from dependencies import Visitor
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from models import Note
from state import remember

router = APIRouter()
templates = Jinja2Templates("templates")


@router.get("/", response_class=HTMLResponse)
async def home(request: Request, visitor: Visitor, settings: Settings = Depends(get_settings)):
    context = {"heading": "Handler one", "note": Note(), "visitor": visitor, "title": settings.title}
    return templates.TemplateResponse(request, "page.html", context)


@router.get("/note")
async def note() -> Note:
    return Note()


@router.get("/state")
def state() -> dict[str, int]:
    return remember()

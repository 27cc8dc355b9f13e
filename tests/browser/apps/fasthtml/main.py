from components import layout
from extra import ar
from fasthtml.common import *
from models import Note
from settings import TITLE
from state import remember
from visitors import before

from asgi_reload import ReloadMiddleware

app, rt = fast_app(before=before, pico=False, htmx=False)
ar.to_app(app)


@rt("/")
def get(request):
    return layout(TITLE, heading="Handler one", note=Note(), visitor=request.scope["visitor"])


@rt("/state")
def state():
    return JSONResponse(remember())


app = ReloadMiddleware(app)

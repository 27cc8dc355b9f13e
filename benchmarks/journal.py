"""A project that lives in any interpreter: Starlette, Jinja2, and thirty modules of its own with a template each."""

from __future__ import annotations

from typing import Final

SECTIONS: Final = 28
LEAF: Final = "journal/words.py"

SECTION = """
from dataclasses import dataclass
from functools import cache

from journal.pages import templates
from journal.words import label
from starlette.responses import JSONResponse
from starlette.routing import Route


@dataclass(frozen=True)
class Entry{n}:
    number: int
    title: str

    def shown(self) -> str:
        return label(f"{{self.number}} {{self.title}}")


@cache
def entries() -> tuple[Entry{n}, ...]:
    return tuple(Entry{n}(number, f"entry {{number}}") for number in range(50))


async def listed(request):
    return templates.TemplateResponse(request, "section{n}.html", {{"entries": entries()}})


async def one(request):
    return JSONResponse({{"text": entries()[int(request.path_params["number"])].shown()}})


routes = [Route("/{n}", listed), Route("/{n}/{{number:int}}", one)]
"""
TEMPLATE = """<!doctype html><title>Section {n}</title>
<ul>{{% for entry in entries %}}<li>{{{{ entry.shown() }}}}</li>{{% endfor %}}</ul>
"""
PAGES = """
from pathlib import Path

from starlette.templating import Jinja2Templates

templates = Jinja2Templates(Path(__file__).parent / "templates")
"""
MAIN = """
from contextlib import asynccontextmanager

from journal.sections import {sections}
from journal.words import label
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route


@asynccontextmanager
async def lifespan(app):
    yield {{"name": "journal"}}


async def shown(request):
    return PlainTextResponse(label("leaf"))


routes = [Route("/label", shown), *(Mount("/sections", routes=each.routes) for each in ({sections}))]
app = Starlette(routes=routes, lifespan=lifespan)
"""


def leaf(version: int) -> str:
    """The helper that all sections use, as one of its versions."""
    return f'def label(text):\n    return f"{{text}} v{version};"\n'


def files(tail: str = "") -> dict[str, str]:
    """Path and text of every file; `tail` stands at the end of `main.py`."""
    sections = ", ".join(f"s{n:02}" for n in range(SECTIONS))
    found = {"main.py": MAIN.format(sections=sections) + tail, LEAF: leaf(0), "journal/pages.py": PAGES}
    found |= {"journal/__init__.py": "", "journal/sections/__init__.py": ""}

    for n in range(SECTIONS):
        found[f"journal/sections/s{n:02}.py"] = SECTION.format(n=n)
        found[f"journal/templates/section{n}.html"] = TEMPLATE.format(n=n)
    return {name: text.lstrip("\n") for name, text in found.items()}

"""Random walks: a program of several modules is saved over again and again, and equals a fresh process each time.

What is drawn is a state of the program, not its text; two states after each other are one save, of one file or of many.
A broken state has to leave everything as it was.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asgi_reload.engines.fingerprint import differences

from .running import Zygote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FEW = 4
WALKS = int(os.environ.get("RANDOM_WALKS", FEW))
ASKS = ("/", "/sum", "/registry", "/cached", "/loaded", "/a", "/b", "/extra", 'POST /items {"a": 1}', "/openapi.json")


@dataclass(frozen=True)
class State:
    """One version of the program; each field is one kind of edit."""

    limit: int
    factor: int
    default: int
    key: str
    path: str
    tag: str
    doc: str
    field: int
    comments: int
    style: bool
    helper: bool
    route: bool
    factory: int
    broken: str

    def files(self) -> dict[str, str]:
        note = "# a note\n" * self.comments
        return {
            "conf.py": f"{note}LIMIT = {self.limit}\nNAMES = ['a', 'b']\nvisits = []\n",
            "helpers.py": self._helpers(),
            "registry.py": REGISTRY,
            "plugins.py": PLUGINS.format(key=self.key, factor=self.factor),
            "models.py": MODELS.format(field=self.field),
            "routes.py": ROUTES.format(path=self.path, tag=self.tag, doc=self.doc, note=note),
            "main.py": self._main(),
        }

    def _helpers(self) -> str:
        extra = "\n\ndef extra():\n    return 'extra'\n" if self.helper else ""
        taken = "from conf import LIMIT" if self.style else "import conf"
        limit = "LIMIT" if self.style else "conf.LIMIT"
        return HELPERS.format(taken=taken, limit=limit, factor=self.factor, default=self.default) + extra

    def _main(self) -> str:
        route = EXTRA if self.route else ""
        broken = {"raise": "raise RuntimeError('broken')\n", "syntax": "def (:\n", "name": "import routes.nothing\n"}
        return MAIN.format(factory=self.factory, route=route) + broken.get(self.broken, "")


REGISTRY = """
table = {}


def register(name):
    def keep(function):
        table[name] = function
        return function

    return keep
"""
MODELS = """
from pydantic import BaseModel


class Item(BaseModel):
    a: int
    b: int = {field}
"""
PLUGINS = """
from registry import register


@register("{key}")
def first():
    return {factor}


@register("second")
def second():
    return 2
"""
HELPERS = """
import functools
{taken}


def product(x, y={default}):
    return x * y * {factor} + {limit}


@functools.lru_cache
def cached(x):
    return product(x)


def tagged(tag):
    def mark(function):
        @functools.wraps(function)
        def wrapper():
            return [tag, function()]

        return wrapper

    return mark
"""
ROUTES = """
from fastapi import APIRouter

import helpers
from conf import LIMIT, NAMES
from helpers import tagged
{note}
router = APIRouter(tags=NAMES)
START = LIMIT * 2


@router.get("{path}")
@tagged("{tag}")
def either():
    \"\"\"{doc}\"\"\"
    return [START, helpers.product(3)]


@router.get("/sum")
def total():
    return sum(helpers.product(n) for n in range(LIMIT))


@router.get("/cached")
def cached():
    return helpers.cached(5)
"""
MAIN = """
from contextlib import asynccontextmanager

from fastapi import FastAPI

import conf
import helpers
import plugins
import registry
from models import Item
from reloading import ReloadMiddleware
from routes import router


@asynccontextmanager
async def lifespan(app):
    app.state.loaded = [helpers.product(2), conf.NAMES, {factory}]
    yield


def create_app():
    app = FastAPI(version="{factory}", lifespan=lifespan)

    @app.get("/")
    def index():
        return [conf.LIMIT, {factory}]

    return app


app = create_app()
app.include_router(router)


@app.get("/loaded")
def loaded():
    return app.state.loaded


@app.get("/registry")
def names():
    return {{name: function() for name, function in sorted(registry.table.items())}}


@app.post("/items")
def create(item: Item):
    return item


@app.get("/visits")
def visits():
    conf.visits.append(1)
    return len(conf.visits)

{route}
app = ReloadMiddleware(app)
"""
EXTRA = """
@app.get("/extra")
def extra():
    return "extra"

"""

states = st.builds(
    State,
    limit=st.integers(1, 3),
    factor=st.integers(1, 3),
    default=st.integers(1, 3),
    key=st.sampled_from(["one", "uno"]),
    path=st.sampled_from(["/a", "/b"]),
    tag=st.sampled_from(["x", "y"]),
    doc=st.sampled_from(["Old.", "New."]),
    field=st.integers(1, 2),
    comments=st.integers(0, 2),
    style=st.booleans(),
    helper=st.booleans(),
    route=st.booleans(),
    factory=st.integers(1, 2),
    broken=st.sampled_from(["", "", "", "", "raise", "syntax", "name"]),
)


@st.composite
def walks(draw: st.DrawFn) -> list[State]:
    """A good first state, then one to three fields changed at a time."""
    walk = [draw(states.filter(lambda state: not state.broken))]

    for _ in range(draw(st.integers(2, 6))):
        target = draw(states)
        names = draw(st.lists(st.sampled_from(list(State.__dataclass_fields__)), min_size=1, max_size=3, unique=True))
        changes = {name: getattr(target, name) for name in names}
        walk.append(State(**{**walk[-1].__dict__, "broken": "", **changes}))
    return walk


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    forking = Zygote()
    yield forking
    forking.close()


def write(folder: Path, state: State) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in state.files().items():
        (folder / name).write_text(text.lstrip("\n"))


@settings(
    max_examples=WALKS,
    deadline=None,
    derandomize=WALKS == FEW,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(walk=walks())
@pytest.mark.timeout(300)
def test_every_step_of_a_walk_equals_a_fresh_process(walk: list[State], zygote: Zygote, tmp_path: Path) -> None:
    version, fresh_folder = tmp_path / "version", tmp_path / "fresh"
    folder = tmp_path / "project"
    write(folder, walk[0])

    with zygote.running(folder) as program:
        before = fresh_before = program.fingerprint()
        for state in walk[1:]:
            write(version, state)
            outcome = program.save(version)
            assert (outcome["rung"] == "failed") == bool(state.broken), outcome
            if state.broken:
                continue
            after = program.fingerprint()
            write(fresh_folder, state)
            with zygote.running(fresh_folder) as fresh:
                fresh_after = fresh.fingerprint()
                assert [program.ask(ask) for ask in ASKS] == [fresh.ask(ask) for ask in ASKS], (state, outcome)
            assert differences(before, fresh_before, after, fresh_after) == [], (state, outcome)
            before, fresh_before = after, fresh_after

"""A drawn program as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .kinds import KINDS
from .naming import Naming

if TYPE_CHECKING:
    from .drawn import Item, Module, Version

LIBRARIES = "import abc\nimport asyncio\nimport contextlib\nimport dataclasses\nimport enum\nimport functools\n"
TOOLS = """
def drive(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as end:
        return end.value


def enter(manager):
    with manager as value:
        return value
"""
STATE = "visits = []\n"
MAIN = """
import asyncio
import contextlib

import fastapi

import state
import tools
{imports}
from reloading import ReloadMiddleware

{note}
@contextlib.asynccontextmanager
async def lifespan(app):
    app.state.boot = [{version}, {boot}]
    {fails}
    yield


def values():
    return {{{values}}}


class Stamp:
    def __init__(self, app, number={version}):
        self.app = app
        self.number = number

    async def __call__(self, scope, receive, send):
        scope["stamp"] = self.number
        await self.app(scope, receive, send)


def create_app(title):
    app = fastapi.FastAPI(title=title, lifespan=lifespan)

    @app.get("/mix")
    async def mix():
        before = values()
        await asyncio.sleep(0.01)
        return {{"before": before, "after": values()}}

    return app


app = create_app("{version}")
{mounts}
app.add_middleware(Stamp)


@app.get("/all")
def everything():
    return values()


@app.get("/boot")
async def boot(request: fastapi.Request):
    return [app.state.boot, request.scope["stamp"], {version}]


@app.get("/visits")
def visits():
    state.visits.append(1)
    return len(state.visits)


app = ReloadMiddleware(app)
{broken}"""
BREAKS = {
    "syntax": "def (:\n",
    "raise": "raise RuntimeError('broken')\n",
    "name": "print(nobody_knows_this)\n",
    "import": "import nobody_has_this\n",
    "from": "from state import nobody_has_this\n",
}


def files(version: Version) -> dict[str, str]:
    """Paths and texts."""
    found = {"tools.py": TOOLS.lstrip(), "state.py": STATE, "main.py": Writer(version, None).main().lstrip()}
    for index, module in enumerate(version.modules):
        found[module.name.replace(".", "/") + ".py"] = Writer(version, index).module()
    if any(module.package for module in version.modules):
        found["pkg/__init__.py"] = _package(version)
    for name in version.extras & version.items.keys():
        found[f"extra_{name}.py"] = f"VALUE = {version.items[name].n} * 7\n"
    return found


def _package(version: Version) -> str:
    lines = []
    for module in version.modules:
        names = ", ".join(sorted(item.name for item in module.items))
        if module.package and names:
            lines.append(f"from .{module.name.rpartition('.')[2]} import {names}\n")
    return "".join(lines)


class Writer:
    """Writes one module of a version; `index` is None for the main one."""

    def __init__(self, version: Version, index: int | None) -> None:
        self.version = version
        self.naming = Naming(version, index)

    def module(self) -> str:
        module = self.version.modules[self.naming.index]
        items = sorted(module.items, key=lambda item: item.rank)
        texts = [self._item(item) for item in items if KINDS[item.kind].is_bound]
        lazies = [self._item(item) for item in items if not KINDS[item.kind].is_bound]
        if lazies:
            texts.append("def __getattr__(name):\n" + "".join(lazies) + "    raise AttributeError(name)\n")
        if module.has_routes:
            texts.append(self._routes(module, items))
        if module.name == self._broken_in:
            texts.append(BREAKS[self.version.broken])
        head = LIBRARIES + "from typing import Final\n\nimport fastapi\nimport pydantic\n\nimport tools\n"
        notes = "# a note\n" * module.notes
        return head + "".join(self.naming.top) + notes + "\n\n" + "\n\n".join(texts) + "".join(self.naming.bottom)

    @property
    def _broken_in(self) -> str:
        modules = [*(module.name for module in self.version.modules), "main"]
        return modules[self.version.broken_in % len(modules)] if self.version.broken in BREAKS else ""

    def _routes(self, module: Module, items: list[Item]) -> str:
        texts = [f"router = fastapi.APIRouter(tags=['{len(items)}'])\n"]
        for item in items:
            if KINDS[item.kind].is_bound:
                is_async = "async " if item.n % 2 else ""
                texts.append(
                    f'@router.get("/{module.name}/{item.name}/{item.n}")\n{is_async}def {item.name}_route(q: int = '
                    f"{item.n}):\n    return [q, {self.naming.value(item.name)}]\n"
                )
        return "\n\n".join(texts)

    def main(self) -> str:
        version = self.version
        values = ", ".join(f"'{name}': {self.naming.value(name)}" for name in version.items)
        boot = ", ".join(self.naming.value(name) for name in version.boot if name in version.items)
        routers = [module.name for module in version.modules if module.has_routes]
        imports = "".join(f"import {module.name}\n" for module in version.modules)
        return MAIN.format(
            imports=imports + "".join(self.naming.top),
            note="# a note\n" * (version.number % 3),
            version=version.number,
            boot=boot,
            values=values,
            mounts="\n".join(f"app.include_router({name}.router)" for name in routers),
            fails='raise RuntimeError("no start")' if version.broken == "lifespan" else "",
            broken=BREAKS[version.broken] if self._broken_in == "main" else "",
        )

    def _item(self, item: Item) -> str:
        kind, ref = self.version.kind(item), self.version.ref(item)
        lazy: list[str] = []
        late = [self.naming.value(name, lazy if "{lazy" in kind.text else None) for name in self.version.late(item)]
        early = [self.naming.value(name) for name in self.version.early(item)]
        return kind.text.format(
            name=item.name,
            n=item.n,
            ref=None if ref is None else self.naming.at(ref),
            early=" + ".join(early) or "0",
            late=" + ".join(late) or "0",
            lazy="".join(f"    {line}" for line in lazy),
            lazy_method="".join(f"        {line}" for line in lazy),
        )

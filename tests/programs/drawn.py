"""Programs as values: modules of items that use each other, written as files that a fresh process can always import.

An item may name any others; what would make no program (a use before it is defined, a circle of calls) is left out
when the text is written. So every version is valid, unless it says how it is broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .kinds import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass(frozen=True)
class Item:
    """One definition: a kind, its number, and the names that it would like to use. `rank` orders all items."""

    name: str
    kind: str
    n: int
    early: tuple[str, ...]
    late: tuple[str, ...]
    rank: int


@dataclass(frozen=True)
class Module:
    """A file: what is in it, how it imports others at its top, and how what only its functions use."""

    name: str
    items: tuple[Item, ...]
    style: int
    is_lazy: bool
    has_routes: bool
    notes: int

    @property
    def package(self) -> str:
        return self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Version:
    """One version of a program. Modules of the package come first; what comes first is imported first."""

    modules: tuple[Module, ...]
    number: int
    boot: tuple[str, ...]
    style: int
    extras: frozenset[str]
    broken: str = ""
    broken_in: int = 0

    @cached_property
    def home(self) -> dict[str, int]:
        return {item.name: index for index, module in enumerate(self.modules) for item in module.items}

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.name: item for module in self.modules for item in module.items}

    def files(self) -> dict[str, str]:
        """Paths and texts."""
        files = {"tools.py": TOOLS.lstrip(), "state.py": STATE, "main.py": Writer(self, None).main().lstrip()}
        for index, module in enumerate(self.modules):
            files[module.name.replace(".", "/") + ".py"] = Writer(self, index).module()
        if any(module.package for module in self.modules):
            files["pkg/__init__.py"] = self._package()
        for name in self.extras & self.items.keys():
            files[f"extra_{name}.py"] = f"VALUE = {self.items[name].n} * 7\n"
        return files

    def _package(self) -> str:
        lines = []
        for module in self.modules:
            names = ", ".join(sorted(item.name for item in module.items))
            if module.package and names:
                lines.append(f"from .{module.name.rpartition('.')[2]} import {names}\n")
        return "".join(lines)


class Writer:
    """Writes one module of a version; `index` is None for the main one, which sees all others."""

    def __init__(self, version: Version, index: int | None) -> None:
        self.version = version
        self.index = len(version.modules) if index is None else index
        self.style = version.style if index is None else version.modules[index].style
        self.package = "" if index is None else version.modules[index].package
        self.top: dict[str, None] = {}
        self.bottom: dict[str, None] = {}

    # texts

    def module(self) -> str:
        module = self.version.modules[self.index]
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
        return head + "".join(self.top) + notes + "\n\n" + "\n\n".join(texts) + "".join(self.bottom)

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
                    f"{item.n}):\n    return [q, {self._value(item.name)}]\n"
                )
        return "\n\n".join(texts)

    def main(self) -> str:
        version = self.version
        values = ", ".join(f"'{name}': {self._value(name)}" for name in version.items)
        boot = ", ".join(self._value(name) for name in version.boot if name in version.items)
        routers = [module.name for module in version.modules if module.has_routes]
        imports = "".join(f"import {module.name}\n" for module in version.modules)
        return MAIN.format(
            imports=imports + "".join(self.top),
            note="# a note\n" * (version.number % 3),
            version=version.number,
            boot=boot,
            values=values,
            mounts="\n".join(f"app.include_router({name}.router)" for name in routers),
            fails='raise RuntimeError("no start")' if version.broken == "lifespan" else "",
            broken=BREAKS[version.broken] if self._broken_in == "main" else "",
        )

    def _item(self, item: Item) -> str:
        kind = KINDS[item.kind]
        ref = next(self._refs(item, kind), None)
        if kind.needs and ref is None:
            kind = KINDS["function"]

        lazy: list[str] = []
        can_be_lazy = "{lazy" in kind.text
        late = [self._value(name, lazy if can_be_lazy else None) for name in self._late(item, can_be_lazy, kind)]
        early = [self._value(name) for name in item.early if "{early}" in kind.text and self._is_ground(item, name)]
        return kind.text.format(
            name=item.name,
            n=item.n,
            ref=ref,
            early=" + ".join(early) or "0",
            late=" + ".join(late) or "0",
            lazy="".join(f"    {line}" for line in lazy),
            lazy_method="".join(f"        {line}" for line in lazy),
        )

    # who may be used

    def _refs(self, item: Item, kind: Kind) -> Iterator[str]:
        for name in (*item.early, *item.late):
            other = self.version.items.get(name)
            if other is None or not kind.needs or not self._is_before(item, other):
                continue
            if self.effective(other).gives == kind.needs and (not kind.is_settled or self._is_ground(item, name)):
                yield self._at(name)

    def effective(self, item: Item) -> Kind:
        """Its kind, or a function's if what its kind needs is not there."""
        kind = KINDS[item.kind]
        if not kind.needs:
            return kind

        writer = (
            self if self.version.home[item.name] == self.index else Writer(self.version, self.version.home[item.name])
        )
        return kind if next(writer._refs(item, kind), None) is not None else KINDS["function"]

    def _is_before(self, item: Item, other: Item) -> bool:
        home = self.version.home[other.name]
        return other.rank < item.rank and home <= self.index and (home < self.index or KINDS[other.kind].is_bound)

    def _is_ground(self, item: Item, name: str) -> bool:
        other = self.version.items.get(name)
        return other is not None and self._is_before(item, other) and self._is_settled(other, self.index)

    def _is_settled(self, item: Item, highest: int) -> bool:
        if not KINDS[item.kind].is_settled or self.version.home[item.name] > highest:
            return False

        others = [self.version.items[name] for name in (*item.early, *item.late) if name in self.version.items]
        return all(self._is_settled(o, self.version.home[item.name]) for o in others if o.rank < item.rank)

    def _late(self, item: Item, can_be_lazy: bool, kind: Kind) -> Iterator[str]:
        for name in item.late:
            other = self.version.items.get(name)
            if other is None or other.rank >= item.rank or "{late}" not in kind.text:
                continue
            home = self.version.home[name]
            if home == self.index and not KINDS[other.kind].is_bound:
                continue
            if not kind.is_bound and not self._is_ground(item, name):
                continue
            if home <= self.index or can_be_lazy:
                yield name

    # how it is named here

    def _value(self, name: str, lazy: list[str] | None = None) -> str:
        return self.effective(self.version.items[name]).value.format(at=self._at(name, lazy))

    def _at(self, name: str, lazy: list[str] | None = None) -> str:
        home = self.version.home[name]
        if home == self.index:
            return name

        module = self.version.modules[home]
        is_later = home > self.index
        is_package_mate = bool(self.package) and self.package == module.package
        if is_later or (lazy is not None and self.index < len(self.version.modules) and self._module.is_lazy):
            line, at = self._lazily(module, name, is_package_mate)
            if is_later and home == self.index + 1 and self.package == module.package and not self._module.is_lazy:
                self.bottom[f"\nimport {module.name}\n"] = None
                return f"{module.name}.{name}"
            assert lazy is not None
            if line not in lazy:
                lazy.append(line)
            return at

        line, at = self._plainly(module, name, is_package_mate)
        self.top[line] = None
        return at

    @property
    def _module(self) -> Module:
        return self.version.modules[self.index]

    def _lazily(self, module: Module, name: str, is_package_mate: bool) -> tuple[str, str]:
        short = module.name.rpartition(".")[2]
        if self.style % 2 and self._is_single(name):
            return f"from {'.' + short if is_package_mate else module.name} import {name}\n", name
        return f"import {module.name} as there_{short}\n", f"there_{short}.{name}"

    def _plainly(self, module: Module, name: str, is_package_mate: bool) -> tuple[str, str]:
        short = module.name.rpartition(".")[2]
        kind = KINDS[self.version.items[name].kind]
        match self.style % 6:
            case 1 if self._is_single(name):
                return f"from {'.' + short if is_package_mate else module.name} import {name}\n", name
            case 2:
                return f"import {module.name} as as_{short}\n", f"as_{short}.{name}"
            case 3 if module.package:
                return f"from {'.' if is_package_mate else module.package} import {short}\n", f"{short}.{name}"
            case 4 if kind.is_bound:
                return f"from {module.name} import *\n", name
            case 5 if module.package and not is_package_mate and self._is_single(name):
                return f"from {module.package} import {name}\n", name
            case _:
                return f"import {module.name}\n", f"{module.name}.{name}"

    def _is_single(self, name: str) -> bool:
        # Some kinds bind a second name beside their own.
        return "{name}_" not in KINDS[self.version.items[name].kind].text


BREAKS = {
    "syntax": "def (:\n",
    "raise": "raise RuntimeError('broken')\n",
    "name": "print(nobody_knows_this)\n",
    "import": "import nobody_has_this\n",
    "from": "from state import nobody_has_this\n",
}

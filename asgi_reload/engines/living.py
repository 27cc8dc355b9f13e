"""The project's modules as they live in this process: their sources, their code objects, and which of those ran."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

from .names import BodyAt
from .places import Places
from .source import parse, walk_code
from .tracking import has_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import CodeType

    from .bodies import Key
    from .graph import Graph
    from .source import Source

PYTHON = ".py"
EXTENSIONS = frozenset({".so", ".pyd"})


@dataclass(slots=True)
class Living:
    """What is known of the running project. `order` is that in which its imports ended.

    ran, started: bodies that ran at import, at start-up. unknown, warm: of which that cannot be told.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    codes: dict[BodyAt, list[CodeType]] = field(default_factory=dict)
    ran: set[BodyAt] = field(default_factory=set)
    started: set[BodyAt] = field(default_factory=set)
    unknown: set[BodyAt] = field(default_factory=set)
    warm: set[BodyAt] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    order: list[str] = field(default_factory=list)
    graph: Graph | None = None

    @property
    def _known(self) -> tuple[set[BodyAt], ...]:
        return self.ran, self.started, self.unknown, self.warm

    def at(self) -> dict[int, BodyAt]:
        """For every known code object, by its id, the body it was made from."""
        return {id(code): at for at, codes in self.codes.items() for code in codes}

    def codes_of(self, modules: Iterable[str]) -> list[CodeType]:
        wanted = frozenset(modules)
        return [code for at, codes in self.codes.items() if at.module in wanted for code in codes]

    def take(self, glimpse: Glimpse) -> None:
        """Take in modules that were imported without us. A text that Python refuses is no text that runs: left out."""
        for module, text in glimpse.texts.items():
            try:
                source = parse(module, text, glimpse.files[module], is_package=module in glimpse.packages)
            except SyntaxError:
                continue
            self.sources[module] = source
            if module not in self.order:
                self.order.append(module)
            self._match(glimpse, source)

    def _match(self, glimpse: Glimpse, source: Source) -> None:
        expected = {body.code: body for body in source.bodies() if body.code is not None}

        for code in glimpse.codes.get(source.module, ()):
            if code != source.code and code not in expected and code.co_name not in {"__annotate__", "<genexpr>"}:
                self.untold.add(source.module)
            for inner in walk_code(code):
                if (body := expected.get(inner)) is not None:
                    at = BodyAt(source.module, body.key)
                    self._note(at, inner, glimpse)
        # Of a function that nobody holds any more, only this is known: somebody has made use of it.
        self.ran |= {at for body in source.bodies() if (at := BodyAt(source.module, body.key)) not in self.codes}

    def _note(self, at: BodyAt, code: CodeType, glimpse: Glimpse) -> None:
        known = self.codes.setdefault(at, [])
        if not any(code is other for other in known):
            known.append(code)

        match glimpse.ran.get(id(code)):
            case True:
                self.ran.add(at)
            case None:
                self.unknown.add(at)
        if id(code) in glimpse.started:
            self.started.add(at)

    def carry(self, source: Source, bodies: Mapping[Key, Key]) -> None:
        """A module whose living functions were given the code of a new text: the same facts under new keys."""
        module = source.module
        codes = {at: found for at, found in self.codes.items() if at.module == module}
        facts = [{at.key for at in known if at.module == module} for known in self._known]
        self.drop(module)
        self.sources[module] = source

        for body in source.bodies():
            if body.code is not None:
                self.codes[BodyAt(module, body.key)] = [body.code]
        for old, new in bodies.items():
            self.codes.setdefault(BodyAt(module, new), []).extend(codes.get(BodyAt(module, old), ()))
            for known, keys in zip(self._known, facts, strict=True):
                if old in keys:
                    known.add(BodyAt(module, new))

    def adopt(self, source: Source) -> None:
        """A module that we executed ourselves: its code objects are those of its source."""
        self.drop(source.module)
        self.sources[source.module] = source
        for body in source.bodies():
            if body.code is not None:
                self.codes[BodyAt(source.module, body.key)] = [body.code]

    def drop(self, module: str) -> None:
        """Forget a module, but for its place in the order."""
        self.sources.pop(module, None)
        self.untold.discard(module)
        for at in [at for at in self.codes if at.module == module]:
            del self.codes[at]
        for bodies in self._known:
            bodies -= {at for at in bodies if at.module == module}

    def copy(self) -> Living:
        """What to come back to."""
        codes = {at: list(found) for at, found in self.codes.items()}
        return Living(
            dict(self.sources),
            codes,
            set(self.ran),
            set(self.started),
            set(self.unknown),
            set(self.warm),
            set(self.untold),
            list(self.order),
            self.graph,
        )


@dataclass(frozen=True, slots=True)
class Noticed:
    """How a module was imported: the text on disk then, the code that was executed, and what of it ran meanwhile."""

    text: bytes
    code: CodeType
    ran: dict[int, bool | None]


@dataclass(slots=True)
class Glimpse:
    """What has to be seen before the first request: the texts on disk, and which code objects ran until now.

    Reading it is for later. Code objects are held, so that their ids stay theirs.
    """

    texts: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)
    codes: dict[str, list[CodeType]] = field(default_factory=dict)
    ran: dict[int, bool | None] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, modules: Mapping[str, ModuleType], noticed: Mapping[str, Noticed]) -> Glimpse:
        """Look at these modules now; some of them were noticed already when they were imported."""
        glimpse = cls()
        unnoticed = {name: module for name, module in modules.items() if name not in noticed}

        for name, module in modules.items():
            glimpse.files[name] = str(vars(module)["__file__"])
            if "__path__" in vars(module):
                glimpse.packages.add(name)
            if name in noticed:
                glimpse._take(name, noticed[name])
        for name in unnoticed:
            with suppress(OSError):
                glimpse.texts[name] = Path(glimpse.files[name]).read_bytes()
        if unnoticed:
            glimpse._find_codes(unnoticed)
        return glimpse

    def _take(self, module: str, noticed: Noticed) -> None:
        self.texts[module] = noticed.text
        self.codes[module] = [noticed.code]
        self.ran.update(noticed.ran)

    def _find_codes(self, modules: Mapping[str, ModuleType]) -> None:
        names = {id(vars(module)): name for name, module in modules.items()}

        for function in [f for f in gc.get_objects() if type(f) is FunctionType]:
            name = names.get(id(function.__globals__))
            # Others are made by exec, as the methods of a dataclass are.
            if name is not None and function.__code__.co_filename == self.files[name]:
                self.codes.setdefault(name, []).append(function.__code__)
                for inner in walk_code(function.__code__):
                    self.ran[id(inner)] = has_run(inner)

    def again(self) -> None:
        """At the end of start-up: what ran since, ran in start-up."""
        for codes in self.codes.values():
            for code in codes:
                for inner in walk_code(code):
                    if self.ran.get(id(inner)) is not True and has_run(inner):
                        self.started.add(id(inner))


def project_modules(roots: Iterable[Path], names: Iterable[str] | None = None) -> dict[str, ModuleType]:
    """The loaded modules (of these names) whose files lie under one of these directories, not in installed packages."""
    return modules_at(Places(root.resolve() for root in roots), names)


def modules_at(places: Places, names: Iterable[str] | None = None) -> dict[str, ModuleType]:
    """The same, for places that are known."""
    found: dict[str, ModuleType] = {}

    for name in list(sys.modules) if names is None else names:
        module = sys.modules.get(name)
        file = file_of(module)
        if module is not None and file is not None and file.suffix == PYTHON and places.hold(file):
            found[name] = module
    return found


def file_of(module: object) -> Path | None:
    """The file of a module. sys.modules may hold anything, and a lazy module's attributes may raise."""
    file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
    return Path(file) if isinstance(file, str) else None

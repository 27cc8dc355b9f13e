"""What one unit of code does to names outside itself: a statement while it runs, or one function body. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .syntax import Chain


@dataclass(frozen=True, slots=True)
class Import:
    """`import module` (name is None), `from module import name` (`*`: all of it); `bound` is what it is called here."""

    module: str
    name: str | None
    bound: str


@dataclass(slots=True)
class Uses:
    """What one unit of code (a statement while it runs, or one function body) does to names outside itself.

    reads: every global chain that is looked up, as long as it is written.
    calls: the chains that are called, or None among them for a callee that is no plain chain.
    touches: chains whose object may be written into: receiver of a call made for its effect, of a decorator, owner of
        an attribute or item that is assigned or deleted.
    stores: chains that are assigned or deleted themselves, `tools.hi`.
    awaits: chains of which a method is awaited, or that are entered by `async with`.
    rebinds: globals bound by a function (`global`); memos: those of them that it tests first.
    attributes: names of all attributes; files: string constants that could name a file; mentions: those that are
        arguments of calls and could name a module.
    imports: imports that this unit runs by itself, where they bind no global.
    writes_globals: it writes into what `globals()` returns.
    opaque: it holds an effect that no name tells: `await`, `yield`, a bare expression.
    """

    reads: set[Chain] = field(default_factory=set)
    calls: set[Chain | None] = field(default_factory=set)
    touches: set[Chain] = field(default_factory=set)
    stores: set[Chain] = field(default_factory=set)
    awaits: set[Chain] = field(default_factory=set)
    rebinds: set[str] = field(default_factory=set)
    memos: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    mentions: set[str] = field(default_factory=set)
    imports: set[Import] = field(default_factory=set)
    opaque: bool = False
    writes_globals: bool = False

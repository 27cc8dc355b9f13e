"""The planner as a table: two versions of a program, what ran, and what the plan has to contain. No process is needed.

Each row says the rung and, where it matters, which modules are executed anew, which names are redone alone, which
bodies get new code, and a part of the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from asgi_reload.engines.facts import Facts
from asgi_reload.engines.names import Name
from asgi_reload.engines.plan import Plan, plan

from .texts import bodies, program


@dataclass(frozen=True)
class Row:
    """One edit: `old` by module; `new` holds what changed, None for a deleted module."""

    says: str
    old: dict[str, str]
    new: dict[str, str | None]
    rung: str
    ran: tuple[str, ...] = ()
    started: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    rebuild: tuple[str, ...] = ()
    redo: tuple[str, ...] = ()
    patched: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    lifespan: bool = False
    reason: str = ""
    facts: dict[str, frozenset[object]] = field(default_factory=dict)


def decide(row: Row) -> Plan:
    old = program(row.old)
    new = {
        name.rstrip("."): None if text is None else program({name: text})[name.rstrip(".")]
        for name, text in row.new.items()
    }
    ran, started, unknown = (bodies(old, names) for names in (row.ran, row.started, row.unknown))
    facts = Facts(ran=ran, started=started, unknown=unknown, **row.facts)  # type: ignore[arg-type]
    return plan(old, new, facts)


def redone_names(decided: Plan) -> set[str]:
    graph = decided.graph
    assert graph is not None
    return {
        f"{at.module}.{bound}"
        for at in decided.redo
        for bound in graph.binds(at.module, graph.sources[at.module].statements[at.place])
    }


APP = """
from fastapi import FastAPI
import conf
app = FastAPI()
@app.get("/")
def index():
    return conf.text()
"""
CONF = """
LIMIT = 1
def text():
    return "old"
"""
FACTORY = """
from fastapi import FastAPI
def create_app():
    app = FastAPI(title="old")
    @app.get("/")
    def index():
        return "old"
    return app
app = create_app()
"""
LIFE = """
import conf
from fastapi import FastAPI
async def lifespan(app):
    app.state.text = conf.text()
    yield
app = FastAPI(lifespan=lifespan)
"""
MEMO = """
found = None
count = 0
def find():
    return 1
def get():
    global found, count
    count += 1
    if found is None:
        found = find()
    return found
"""


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)

    return text


NOTHING = [
    Row("a comment", {"conf": CONF}, {"conf": "# hello\n" + CONF}, "nothing"),
    Row("blank lines", {"conf": CONF}, {"conf": changed(CONF, ("LIMIT = 1", "LIMIT = 1\n\n\n"))}, "nothing"),
    Row("brackets", {"conf": CONF}, {"conf": changed(CONF, ("LIMIT = 1", "LIMIT = (1)"))}, "nothing"),
    Row("the other quotes", {"conf": CONF}, {"conf": changed(CONF, ('"old"', "'old'"))}, "nothing"),
    Row("a number written otherwise", {"a": "x = 1000\n"}, {"a": "x = 1_000\n"}, "nothing"),
    Row("a file that nobody imports", {"conf": CONF}, {"other": "print(1)\n"}, "nothing"),
    Row("a plain function that moved", {"a": "x = 1\ndef f(): pass\n"}, {"a": "def f(): pass\nx = 1\n"}, "nothing"),
]

PATCHES = [
    Row("a body", {"conf": CONF}, {"conf": changed(CONF, ("old", "new"))}, "patch", patched=("conf.text",)),
    Row(
        "a handler's body",
        {"main": APP, "conf": CONF},
        {"main": changed(APP, ("conf.text()", "1"))},
        "patch",
        patched=("main.index",),
    ),
    Row("a lambda's body", {"a": "f = lambda: 1\n"}, {"a": "f = lambda: 2\n"}, "patch", patched=("a.<lambda>",)),
    Row(
        "a nested body, its parent ran",
        {"a": "def d(f):\n    def w():\n        return 1\n    return w\ng = d(1)\n"},
        {"a": "def d(f):\n    def w():\n        return 2\n    return w\ng = d(1)\n"},
        "patch",
        ran=("a.d",),
        patched=("a.d.<locals>.w",),
    ),
    Row(
        "a handler inside a factory that ran",
        {"main": FACTORY},
        {"main": changed(FACTORY, ('return "old"', "return 1"))},
        "patch",
        ran=("main.create_app",),
    ),
    Row("an added import", {"conf": CONF}, {"conf": "import json\n" + CONF}, "patch", redo=("conf.json",)),
    Row("a removed import", {"a": "import json\nx = 1\n"}, {"a": "x = 1\n"}, "patch", removed=("a.json",)),
    Row("an added helper", {"conf": CONF}, {"conf": CONF + "def more(): pass\n"}, "patch", redo=("conf.more",)),
    Row("a removed helper", {"conf": CONF}, {"conf": "LIMIT = 1\n"}, "patch", removed=("conf.text",)),
    Row("an added constant", {"conf": CONF}, {"conf": CONF + "MORE = [1, 2]\n"}, "patch", redo=("conf.MORE",)),
    Row(
        "a constant used later",
        {"conf": CONF, "main": "import conf\ndef f(): return conf.LIMIT\n"},
        {"conf": changed(CONF, ("= 1", "= 2"))},
        "patch",
        redo=("conf.LIMIT",),
    ),
    Row(
        "a copy that another took",
        {"conf": CONF, "main": "from conf import LIMIT\ndef f(): return LIMIT\n"},
        {"conf": changed(CONF, ("= 1", "= 2"))},
        "patch",
        redo=("conf.LIMIT", "main.LIMIT"),
    ),
    Row(
        "a copy under another name",
        {"conf": CONF, "main": "from conf import LIMIT as n\n"},
        {"conf": changed(CONF, ("= 1", "= 2"))},
        "patch",
        redo=("conf.LIMIT", "main.n"),
    ),
    Row(
        "a pure constant of a constant",
        {"a": "x = 1\ny = [x, max(x, 2)]\n"},
        {"a": "x = 2\ny = [x, max(x, 2)]\n"},
        "patch",
        redo=("a.x", "a.y"),
    ),
    Row(
        "a signature used later",
        {"conf": CONF, "main": "import conf\ndef f(): return conf.text()\n"},
        {"conf": changed(CONF, ("text()", "text(a=1)"))},
        "patch",
        redo=("conf.text",),
    ),
    Row(
        "a docstring of a helper",
        {"conf": CONF},
        {"conf": changed(CONF, ("    return", '    "doc"\n    return'))},
        "patch",
        redo=("conf.text",),
    ),
    Row(
        "a class that nobody used",
        {"a": "class A:\n    x = 1\n"},
        {"a": "class A:\n    x = 2\n"},
        "patch",
        redo=("a.A",),
    ),
    Row(
        "a pydantic model that nobody used",
        {"a": "from pydantic import BaseModel\nclass A(BaseModel):\n    x: int\n"},
        {"a": "from pydantic import BaseModel\nclass A(BaseModel):\n    x: int\n    y: int = 1\n"},
        "patch",
        redo=("a.A",),
    ),
    Row(
        "a subclass of what changed",
        {"a": "class A:\n    x = 1\n", "b": "from a import A\nclass B(A):\n    pass\n"},
        {"a": "class A:\n    x = 2\n"},
        "patch",
        redo=("a.A", "b.A", "b.B"),
    ),
    Row(
        "a cached function",
        {"a": "import functools\n@functools.cache\ndef f(): return 1\n"},
        {"a": "import functools\n@functools.cache\ndef f(): return 2\n"},
        "patch",
        patched=("a.f",),
        stale=("a.f",),
    ),
    Row(
        "a cache above a table that holds it under another name",
        {"a": "import functools\ndef g(): return 1\nh = g\nT = {'g': h}\n@functools.cache\ndef f(): return T['g']()\n"},
        {"a": "import functools\ndef g(): return 2\nh = g\nT = {'g': h}\n@functools.cache\ndef f(): return T['g']()\n"},
        "patch",
        stale=("a.f", "a.g"),
    ),
    Row(
        "a cache above what it imports by itself",
        {
            "a": "LIMIT = 1\ndef g(): return 1\n",
            "b": "import functools\n@functools.cache\ndef f():\n    import a as there\n    return there.g()\n",
            "c": "import functools\ndef f():\n    import a\n    @functools.cache\n"
            "    def h(): return a.LIMIT\n    return h\n",
        },
        {"a": "LIMIT = 2\ndef g(): return 2\n"},
        "patch",
        redo=("a.LIMIT",),
        stale=("b.f", "a.g", "c.f.<locals>.h"),
    ),
    Row(
        "a cache above a registry that took it",
        {
            "r": "table = []\ndef add(f):\n    table.append(f)\n    return f\n",
            "a": "import r\n@r.add\ndef g(): return 1\n",
            "b": "import functools, r\n@functools.cache\ndef f(): return r.table[0]()\n",
        },
        {"a": "import r\n@r.add\ndef g(): return 2\n"},
        "patch",
        ran=("r.add",),
        stale=("b.f", "a.g"),
    ),
    Row(
        "a cache above it",
        {"a": "import functools\ndef g(): return 1\n@functools.cache\ndef f(): return g()\n"},
        {"a": "import functools\ndef g(): return 2\n@functools.cache\ndef f(): return g()\n"},
        "patch",
        stale=("a.f", "a.g"),
    ),
    Row("a memo made by hand", {"a": MEMO}, {"a": changed(MEMO, ("return 1", "return 2"))}, "patch", redo=("a.found",)),
    Row(
        "a star import",
        {"a": "x = 1\n", "b": "from a import *\ndef f(): return x\n"},
        {"a": "x = 2\n"},
        "patch",
        redo=("a.x", "b.x"),
    ),
    Row(
        "what TYPE_CHECKING guards",
        {"a": "if TYPE_CHECKING:\n    from b import c\n"},
        {"a": "if TYPE_CHECKING:\n    from b import d\n"},
        "patch",
    ),
    Row(
        "a module that a try was waiting for",
        {"a": "try:\n    import b\nexcept ImportError:\n    b = None\n"},
        {"b": "x = 1\n"},
        "patch",
        redo=("a.b",),
    ),
    Row(
        "a re-export",
        {"p.": "from .m import x\n", "p.m": "x = 1\n", "main": "from p import x\n"},
        {"p.m": "x = 2\n"},
        "patch",
        redo=("p.m.x", "p.x", "main.x"),
    ),
    Row(
        "a module that nobody imports any more",
        {"a": "import b\nx = 1\n", "b": "y = 1\n"},
        {"a": "x = 1\n"},
        "patch",
        removed=("a.b",),
        gone=("b",),
    ),
    Row(
        "modules that only those import that nobody imports any more",
        {"a": "import b\nx = 1\n", "b": "import c\n", "c": "import b\nprint(c)\n"},
        {"a": "x = 1\n"},
        "patch",
        removed=("a.b",),
        gone=("b", "c"),
    ),
    Row(
        "a module that only a function imported",
        {"a": "def f():\n    import b\n", "b": "y = 1\n"},
        {"a": "def f():\n    pass\n"},
        "patch",
        gone=("b",),
    ),
    Row(
        "a deleted module takes along what it imported",
        {"a": "try:\n    import b\nexcept ImportError:\n    pass\n", "b": "import c\n", "c": ""},
        {"b": None},
        "patch",
        redo=("a.b",),
        gone=("b", "c"),
    ),
    Row(
        "a body that start-up did not run",
        {"main": LIFE, "conf": CONF + "def other(): return 1\n"},
        {"conf": CONF + "def other(): return 2\n"},
        "patch",
        started=("main.lifespan", "conf.text"),
        patched=("conf.other",),
    ),
    Row(
        "unknown, and reached by nobody at import",
        {"conf": CONF},
        {"conf": changed(CONF, ("old", "new"))},
        "patch",
        unknown=("conf.text",),
    ),
]

REBUILDS = [
    Row(
        "a renamed route",
        {"main": APP, "conf": CONF},
        {"main": changed(APP, ('"/"', '"/x"'))},
        "re-execute",
        rebuild=("main",),
        reason="main.index changed",
    ),
    Row(
        "a removed route", {"main": APP, "conf": CONF}, {"main": APP.partition("@")[0]}, "re-execute", rebuild=("main",)
    ),
    Row(
        "routes in another order",
        {"a": "r = R()\n@r.get(1)\ndef f(): pass\n@r.get(2)\ndef g(): pass\n"},
        {"a": "r = R()\n@r.get(2)\ndef g(): pass\n@r.get(1)\ndef f(): pass\n"},
        "re-execute",
        rebuild=("a",),
    ),
    Row(
        "a route's docstring",
        {"main": APP, "conf": CONF},
        {"main": changed(APP, ("    return", '    "doc"\n    return'))},
        "re-execute",
        rebuild=("main",),
    ),
    Row(
        "a factory that ran",
        {"main": FACTORY},
        {"main": changed(FACTORY, ('title="old"', 'title="new"'))},
        "re-execute",
        ran=("main.create_app",),
        rebuild=("main",),
        reason="ran",
    ),
    Row(
        "a factory that may have run",
        {"main": FACTORY},
        {"main": changed(FACTORY, ('title="old"', 'title="new"'))},
        "re-execute",
        unknown=("main.create_app",),
        rebuild=("main",),
    ),
    Row(
        "what a factory called",
        {
            "main": "from a import make\napp = make()\n",
            "a": "import b\ndef make():\n    return b.f()\n",
            "b": "def f():\n    return 1\n",
        },
        {"b": "def f():\n    return 2\n"},
        "re-execute",
        ran=("a.make", "b.f"),
        rebuild=("main",),
        reason="main used",
    ),
    Row(
        "a constant that a factory read",
        {"main": "from a import make\napp = make()\n", "a": "import b\ndef make():\n    return b.x\n", "b": "x = 1\n"},
        {"b": "x = 2\n"},
        "re-execute",
        ran=("a.make",),
        rebuild=("main",),
        redo=("b.x",),
    ),
    Row(
        "a call of the project's own `get`, which may do anything",
        {"a": "seen = []\ndef get(key):\n    seen.append(key)\n    return key\n", "b": "import a\nx = a.get('k')\n"},
        {"b": "import a\nx = a.get('l')\n"},
        "re-execute",
        ran=("a.get",),
        rebuild=("b",),
    ),
    Row(
        "a decorator that ran",
        {"a": "def d(f):\n    return 1\n", "b": "from a import d\n@d\ndef g(): pass\n"},
        {"a": "def d(f):\n    return 2\n"},
        "re-execute",
        ran=("a.d",),
        rebuild=("b",),
    ),
    Row(
        "a constructor that ran",
        {"a": "class A:\n    def __init__(self):\n        self.x = 1\na = A()\n"},
        {"a": "class A:\n    def __init__(self):\n        self.x = 2\na = A()\n"},
        "re-execute",
        ran=("a.A.__init__",),
        rebuild=("a",),
    ),
    Row(
        "a method called through an instance",
        {"a": "class A:\n    def load(self): return 1\na = A()\nx = a.load()\n"},
        {"a": "class A:\n    def load(self): return 2\na = A()\nx = a.load()\n"},
        "re-execute",
        ran=("a.A.load",),
        rebuild=("a",),
    ),
    Row(
        "init_subclass that ran",
        {"a": "class A:\n    def __init_subclass__(cls): cls.x = 1\n", "b": "from a import A\nclass B(A): pass\n"},
        {"a": "class A:\n    def __init_subclass__(cls): cls.x = 2\n"},
        "re-execute",
        ran=("a.A.__init_subclass__",),
        rebuild=("b",),
    ),
    Row(
        "a constant passed at import",
        {"a": "x = 1\n", "b": "import a\nuse(a.x)\n"},
        {"a": "x = 2\n"},
        "re-execute",
        rebuild=("b",),
        redo=("a.x",),
        reason="b used a.x at import",
    ),
    Row(
        "a module passed at import",
        {"a": "x = 1\n", "b": "import a\nuse(a)\n"},
        {"a": "x = 2\n"},
        "re-execute",
        rebuild=("b",),
    ),
    Row(
        "an annotation of a route",
        {
            "m": "from pydantic import BaseModel\nclass I(BaseModel):\n    a: int\n",
            "main": "from m import I\nr = R()\n@r.post(1)\ndef f(i: I): pass\n",
        },
        {"m": "from pydantic import BaseModel\nclass I(BaseModel):\n    a: str\n"},
        "re-execute",
        rebuild=("main",),
        redo=("m.I",),
    ),
    Row(
        "a string annotation of a route",
        {"m": "class I:\n    a = 1\n", "main": 'from m import I\nr = R()\n@r.post(1)\ndef f(i: "I"): pass\n'},
        {"m": "class I:\n    a = 2\n"},
        "re-execute",
        rebuild=("main",),
    ),
    Row(
        "a name bound twice", {"a": "x = 1\nx = wrap(x)\n"}, {"a": "x = 2\nx = wrap(x)\n"}, "re-execute", rebuild=("a",)
    ),
    Row("an effect at the top", {"a": "print(1)\n"}, {"a": "print(2)\n"}, "re-execute", rebuild=("a",)),
    Row(
        "who imported its names, later use only",
        {"a": "print(1)\ndef f(): pass\n", "b": "from a import f\ndef g(): f()\n"},
        {"a": "print(2)\ndef f(): pass\n"},
        "re-execute",
        rebuild=("a",),
        redo=("b.f",),
    ),
    Row(
        "who imported the module",
        {"a": "print(1)\n", "b": "import a\nkept = []\n"},
        {"a": "print(2)\n"},
        "re-execute",
        rebuild=("a",),
        redo=("b.a",),
    ),
    Row(
        "a module inside a package that stays",
        {"p.": "", "p.m": "print(1)\n", "b": "import p.m\nuse(p)\n"},
        {"p.m": "print(2)\n"},
        "re-execute",
        rebuild=("p.m", "b"),
    ),
    Row(
        "free variables of a kept closure",
        {"a": "def d(a, b):\n    def w(): return a\n    return w\ng = d(1, 2)\n"},
        {"a": "def d(a, b):\n    def w(): return b\n    return w\ng = d(1, 2)\n"},
        "re-execute",
        ran=("a.d",),
        rebuild=("a",),
    ),
    Row(
        "an owner elsewhere",
        {
            "r": "subs = []\nhits = []\n",
            "a": "import r\nr.subs.append(1)\n",
            "b": "from r import subs\nsubs.append(2)\n",
        },
        {"a": "import r\nr.subs.append(3)\n"},
        "re-execute",
        rebuild=("a", "b"),
        redo=("r.subs",),
    ),
    Row(
        "a writer that goes",
        {"r": "subs = []\n", "a": "import r\nr.subs.append(1)\nx = 1\n"},
        {"a": "import r\nx = 1\n"},
        "re-execute",
        rebuild=("a",),
        redo=("r.subs",),
    ),
    Row(
        "an owner that is inert",
        {"r": "log = make()\n", "a": "import r\nr.log.info(1)\n"},
        {"a": "import r\nr.log.info(2)\n"},
        "re-execute",
        rebuild=("a",),
        facts={"inert": frozenset({Name("r", "log")})},
    ),
    Row(
        "an owner behind a function",
        {"r": "reg = {}\ndef put(n):\n    reg[n] = 1\n", "a": "import r\nr.put(1)\n"},
        {"a": "import r\nr.put(2)\n"},
        "re-execute",
        ran=("r.put",),
        rebuild=("a",),
        redo=("r.reg",),
    ),
    Row(
        "a global that a function filled",
        {"r": "x = None\ndef put(n):\n    global x\n    x = n\n", "a": "import r\nr.put(1)\n"},
        {"a": "import r\nr.put(2)\n"},
        "re-execute",
        ran=("r.put",),
        rebuild=("a",),
        redo=("r.x",),
    ),
    Row(
        "an owner that a build revealed",
        {"r": "t = {}\n", "a": "import r\nx = put(r.t)\n"},
        {"a": "import r\nx = put(r.t, 1)\n"},
        "re-execute",
        rebuild=("a",),
        redo=("r.t",),
        facts={"owners": frozenset({Name("r", "t")})},
    ),
    Row(
        "a text that is not what runs",
        {"a": "def f(): return 1\n"},
        {"a": "def f(): return 1\n"},
        "re-execute",
        rebuild=("a",),
        facts={"untold": frozenset({"a"})},
    ),
    Row(
        "a plugin that is scanned for",
        {"p.": "import pkgutil\nfor i in pkgutil.iter_modules(x): load(i)\n", "p.a": "n = 1\n"},
        {"p.a": "n = 2\n"},
        "re-execute",
        rebuild=("p",),
        redo=("p.a.n",),
    ),
    Row(
        "a plugin that is new",
        {"p.": "import pkgutil\nfor i in pkgutil.iter_modules(x): load(i)\n"},
        {"p.b": "n = 1\n"},
        "re-execute",
        rebuild=("p",),
    ),
    Row(
        "a lazy getattr that remembers",
        {"a": "T = {}\ndef __getattr__(n):\n    globals()[n] = T[n]\n"},
        {"a": "T = {1: 2}\ndef __getattr__(n):\n    globals()[n] = T[n]\n"},
        "re-execute",
        rebuild=("a",),
    ),
    Row(
        "a file that is gone from a folder that is listed",
        {"m": "import pkgutil\nfor i in pkgutil.iter_modules(x): load(i)\n", "p.": "", "p.a": "n = 1\n"},
        {"p.a": None},
        "re-execute",
        rebuild=("m",),
        gone=("p.a",),
        reason="p.a was deleted",
    ),
    Row(
        "a file that is gone from a folder that a function lists",
        {
            "m": "import p\nuse(p.found())\n",
            "p.": "import pkgutil\ndef found(): return [*pkgutil.iter_modules(x)]\n",
            "p.a": "n = 1\n",
        },
        {"p.a": None},
        "re-execute",
        ran=("p.found",),
        rebuild=("m",),
        gone=("p.a",),
        reason="p.a was deleted",
    ),
    Row(
        "a file that is gone, and that a call named",
        {"m": 'use("p.a:n")\n', "p.": "", "p.a": "n = 1\n"},
        {"p.a": None},
        "re-execute",
        rebuild=("m",),
        gone=("p.a",),
        reason="p.a was deleted",
    ),
    Row(
        "a file that a module reads",
        {"a": 'x = load("limits.json")\n'},
        {},
        "re-execute",
        rebuild=("a",),
        facts={"files": frozenset({"limits.json"})},
    ),
    Row(
        "what a lifespan called",
        {"main": LIFE, "conf": CONF},
        {"conf": changed(CONF, ("old", "new"))},
        "re-execute",
        started=("main.lifespan", "conf.text"),
        lifespan=True,
        patched=("conf.text",),
    ),
    Row(
        "a lifespan's own body",
        {"main": LIFE, "conf": CONF},
        {"main": changed(LIFE, ("conf.text()", "1"))},
        "re-execute",
        started=("main.lifespan", "conf.text"),
        lifespan=True,
        patched=("main.lifespan",),
    ),
    Row(
        "a constant that a lifespan read",
        {"main": changed(LIFE, ("conf.text()", "conf.LIMIT")), "conf": CONF},
        {"conf": changed(CONF, ("= 1", "= 2"))},
        "re-execute",
        started=("main.lifespan",),
        lifespan=True,
        redo=("conf.LIMIT",),
    ),
    Row(
        "what ran at import, and at start-up by name",
        {"main": LIFE, "conf": CONF},
        {"conf": changed(CONF, ("old", "new"))},
        "re-execute",
        ran=("conf.text",),
        started=("main.lifespan",),
        lifespan=True,
    ),
]

REFUSALS = [
    Row(
        "a module that declines",
        {"a": "x = 1\n"},
        {"a": "x = 2\n"},
        "refused",
        facts={"declined": frozenset({"a"})},
        reason="declines",
    ),
    Row(
        "who would take a declining one along",
        {"a": "x = 1\n", "b": "import a\nuse(a.x)\n"},
        {"a": "x = 2\n"},
        "refused",
        facts={"declined": frozenset({"b"})},
        reason="b declines",
    ),
    Row(
        "the environment",
        {"a": 'import os\nos.environ["A"] = "1"\n'},
        {"a": 'import os\nos.environ["A"] = "2"\n'},
        "refused",
        reason="os.environ",
    ),
    Row(
        "a library's attribute",
        {"a": "import string\nstring.x = 1\n"},
        {"a": "import string\nstring.x = 2\n"},
        "refused",
        reason="string.x",
    ),
    Row(
        "a library's attribute no longer",
        {"a": "import string\nstring.x = 1\ny = 1\n"},
        {"a": "import string\ny = 1\n"},
        "refused",
        reason="string.x",
    ),
]


@pytest.mark.parametrize("row", [*NOTHING, *PATCHES, *REBUILDS, *REFUSALS], ids=lambda row: row.says)
def test_a_save_comes_to(row: Row) -> None:
    decided = decide(row)

    assert decided.rung == row.rung, decided
    if decided.rung == "refused":
        assert row.reason in decided.reason
        return
    assert sorted(decided.rebuild) == sorted(row.rebuild), decided.causes
    assert (decided.lifespan is not None) == row.lifespan
    assert set(row.redo) <= redone_names(decided)
    assert set(row.patched) <= {f"{body.module}.{body.key.qualname}" for body in decided.patched}
    assert {str(name) for name in decided.remove} == set(row.removed)
    assert decided.gone == row.gone
    assert set(row.stale) <= {f"{body.module}.{body.key.qualname}" for body in decided.stale}
    assert row.reason in decided.reason


@pytest.mark.parametrize("row", PATCHES, ids=lambda row: row.says)
def test_nothing_is_redone_that_does_not_have_to_be(row: Row) -> None:
    decided = decide(row)

    assert len(redone_names(decided)) <= len(row.redo)


def test_every_dirty_statement_says_why() -> None:
    row = next(row for row in PATCHES if row.says == "a subclass of what changed")
    decided = decide(row)

    assert [decided.reasons[at] for at in decided.redo] == [
        "a.A changed",
        "b used a.A at import: a.A changed",
        "b used a.A at import: a.A changed",
    ]

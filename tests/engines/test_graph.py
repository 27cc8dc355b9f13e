"""Names resolved through imports of every kind, and statements that may be redone alone."""

from __future__ import annotations

import pytest

from asgi_reload.engines.graph import Graph
from asgi_reload.engines.names import Name
from asgi_reload.engines.source import parse

from .texts import program

MODULES = {
    "pkg.": "from .inner import price\nfrom . import inner as renamed\n",
    "pkg.inner": "LIMIT = 1\ndef price(): pass\n",
    "star": "from pkg.inner import *\n",
    "loop_a": "from loop_b import x\n",
    "loop_b": "from loop_a import x\n",
    "lazy": "def __getattr__(name): pass\n",
}


@pytest.mark.parametrize(
    ("text", "chain", "expected"),
    [
        ("import pkg.inner\n", "pkg.inner.LIMIT", "pkg.inner.LIMIT"),
        ("import pkg.inner as i\n", "i.LIMIT", "pkg.inner.LIMIT"),
        ("from pkg import inner\n", "inner.LIMIT", "pkg.inner.LIMIT"),
        ("from pkg import price\n", "price", "pkg.inner.price"),
        ("import pkg\n", "pkg.price", "pkg.inner.price"),
        ("from pkg import renamed\n", "renamed.LIMIT", "pkg.inner.LIMIT"),
        ("from star import LIMIT\n", "LIMIT", "pkg.inner.LIMIT"),
        ("from star import *\n", "LIMIT", "pkg.inner.LIMIT"),
        ("import lazy\n", "lazy.anything", "lazy.__getattr__"),
        ("from loop_a import x\n", "x", "loop_b.x"),
    ],
)
def test_a_chain_leads_to_its_binding(text: str, chain: str, expected: str) -> None:
    graph = Graph(program({**MODULES, "main": text}))

    assert expected in {str(name) for name in graph.resolve("main", tuple(chain.split(".")))}


@pytest.mark.parametrize(
    ("text", "chain", "home"),
    [
        ("import os\n", "os.path.join", "os.path.join"),
        ("import os.path as p\n", "p.join", "os.path.join"),
        ("from functools import cache as c\n", "c", "functools.cache"),
        ("", "len", "builtins.len"),
        ("import pkg\n", "pkg.inner", None),
        ("from pkg import price\n", "price.cache", Name("pkg.inner", "price")),
    ],
)
def test_a_chain_has_a_home(text: str, chain: str, home: object) -> None:
    assert Graph(program({**MODULES, "main": text})).home("main", tuple(chain.split("."))) == home


def test_a_graph_keeps_what_it_resolved_where_only_bodies_changed() -> None:
    old = program({"a": "def f(): return 1\n", "b": "import a\nx = a.f\n"})
    first = Graph(old)
    first.warm_up()

    second = Graph({**old, **program({"a": "def f(): return 2\n"})}, first)
    assert second.readers[Name("a", "f")] == first.readers[Name("a", "f")]
    assert set(first.still_right_for(second.sources)) == {"b"}
    assert first.still_right_for({**old, **program({"a": "def g(): return 2\n"})}) == {}


def test_many_edits_one_after_another_leave_a_graph_as_if_it_were_new() -> None:
    sources = program({f"m{n}": f"import m{n + 1}\nx = m{n + 1}.x\ndef f(): return m{n + 1}.x\n" for n in range(40)})
    graph = Graph(sources)

    for n in range(38):
        text = f"import m{n + 1}\nx = {f'm{n + 1}.f' if n % 3 else 1}\ndef f(): return {n}\n"
        sources = {**sources, **program({f"m{n}": text})}
        graph = Graph(sources, graph)
        fresh = Graph(sources)
        for name in (Name(f"m{k}", bound) for k in range(40) for bound in ("x", "f")):
            assert sorted(graph.readers[name]) == sorted(fresh.readers[name])
            assert sorted(graph.later_readers[name]) == sorted(fresh.later_readers[name])


@pytest.mark.parametrize("text", [b"x = 1\0", b"\xff\xfe", b"def (:", b"(" * 5000, b"\x80"])
def test_a_text_that_is_no_python_is_a_syntax_error(text: bytes) -> None:
    with pytest.raises(SyntaxError):
        parse("m", text, "m.py")

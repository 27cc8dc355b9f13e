"""Whose entry is it? Calls that a text has, what they write on trial, and that a trial leaves nothing behind."""

from __future__ import annotations

import ast
import logging
import mimetypes
import sys
import warnings
from textwrap import dedent
from typing import Any

import pytest

from asgi_reload.engines.registrations import configuration, registrations
from asgi_reload.engines.rehearsal import rehearse
from asgi_reload.engines.source import parse


def registrations_of(text: str, ran: frozenset[Any] | None = None) -> Any:
    return registrations(parse("shop", dedent(text).encode(), "shop.py", is_package=False), ran)


def rehearsed(text: str, **names: Any) -> Any:
    namespace: dict[str, Any] = {"logging": logging, "mimetypes": mimetypes, "sys": sys, "warnings": warnings, **names}
    return rehearse(ast.parse(dedent(text)).body, namespace)


@pytest.mark.parametrize(
    ("text", "plain", "inner"),
    [
        ("import warnings\nwarnings.simplefilter('ignore')\n", 1, []),
        ("if '/x' not in sys.path:\n    sys.path.append('/x')\n", 1, []),
        (
            "for one in range(3):\n    logging.getLogger('x').addHandler(one)\n",
            0,
            ["logging.getLogger('x').addHandler(one)"],
        ),
        ("def setup():\n    sys.path.insert(0, 'x')\n", 0, ["sys.path.insert(0, 'x')"]),
        ("def setup():\n    logging.config.dictConfig({})\n", 0, ["dictConfig"]),
        ("logging.config.dictConfig({})\n", 1, []),
        ("paths.append('x')\nprint('x')\n", 0, []),
    ],
)
def test_calls_that_are_statements_are_told_from_those_inside(text: str, plain: int, inner: list[str]) -> None:
    found = registrations_of(text)
    assert len(found.plain) == plain
    assert sorted(found.inner) == inner


def test_calls_in_functions_that_did_not_run_do_not_count() -> None:
    assert not registrations_of("def setup():\n    sys.path.insert(0, 'x')\n", frozenset()).inner


def test_a_call_that_is_gone_is_lost_and_a_configuration_that_changed_is_not() -> None:
    before = registrations_of("def setup(n):\n    log(n).addHandler(n)\n    dictConfig(a)\n")
    assert before.lost_in(registrations_of("def setup(n):\n    dictConfig(b)\n")) == ["log(n).addHandler(n)"]


def test_a_rehearsal_shows_what_is_written_and_leaves_the_tables_as_they_were() -> None:
    mimetypes.init()
    warnings_before, path, types = list(warnings.filters), list(sys.path), dict(mimetypes.types_map)
    logger = logging.getLogger("shop.rehearsal")
    logger.setLevel(logging.INFO)

    written = rehearsed("""
        warnings.filterwarnings("ignore", message="shop")
        sys.path.insert(0, "/nowhere")
        mimetypes.add_type("text/shop", ".shop")
        logging.getLogger("shop.rehearsal").addHandler(logging.NullHandler())
        logging.getLogger("shop.rehearsal").setLevel(logging.ERROR)
        """)
    assert [entry[0] for entry in written.filters] == ["ignore"]
    assert written.path == ["/nowhere"]
    assert written.types == [(True, ".shop", "text/shop")]
    assert [type(handler) for handler in written.handlers[logger]] == [logging.NullHandler]
    assert written.levels[logger] == logging.ERROR
    assert (list(warnings.filters), sys.path, mimetypes.types_map) == (warnings_before, path, types)
    assert (logger.handlers, logger.level) == ([], logging.INFO)


def test_methods_of_the_same_name_elsewhere_are_not_called() -> None:
    class Bot:
        handlers: list[object] = []

        def addHandler(self, handler: object) -> None:
            self.handlers.append(handler)

    assert rehearsed("bot.addHandler(1)", bot=Bot()).handlers
    assert Bot.handlers == []


def test_what_cannot_be_executed_any_more_is_unknown() -> None:
    assert rehearsed("logging.getLogger('x').addHandler(gone)") is None


def test_a_configuration_is_read_and_not_carried_out() -> None:
    handler = logging.NullHandler()
    logging.getLogger("shop.configured").addHandler(handler)
    statement = "logging.config.dictConfig({'version': 1, 'loggers': {'shop.configured': {}}, 'root': {}})"
    assert configuration(ast.parse(statement).body[0]) is not None

    written = rehearsed(statement)
    assert written.configured == {logging.getLogger("shop.configured"), logging.root}
    assert logging.getLogger("shop.configured").handlers == [handler]
    logging.getLogger("shop.configured").removeHandler(handler)

"""In which order modules are executed anew: after all that they come to import, told by a text or not."""

from __future__ import annotations

import pytest

from asgi_reload.engines.facts import Facts
from asgi_reload.engines.order import order
from asgi_reload.engines.plan import plan

from .texts import bodies, program

MAIN = "import p\np.load()\n"
BY_A_MADE_UP_NAME = """
import importlib
found = []
def load():
    found.append(importlib.import_module("p." + "a").NAME)
"""
BY_ITSELF = """
found = []
def load():
    from p import a
    found.append(a.NAME)
"""
THROUGH_ANOTHER = BY_ITSELF.replace("load", "helper") + "def load():\n    helper()\n"
BY_A_NAME_IT_IS_TOLD = """
found = []
def load():
    found.append(import_by_name("p.a:NAME"))
"""


@pytest.mark.parametrize("package", [BY_A_MADE_UP_NAME, BY_ITSELF, THROUGH_ANOTHER, BY_A_NAME_IT_IS_TOLD])
def test_what_a_called_function_imports_comes_before_its_caller(package: str) -> None:
    old = program({"p.": package, "p.a": "NAME = 1\n", "main": MAIN})
    ran = bodies(old, [f"p.{body.key.qualname}" for body in old["p"].bodies()])
    decided = plan(old, program({"p.a": "NAME = 2\n"}), Facts(ran=ran))

    groups = list(order(decided, ["p", "p.a", "main"]))

    assert groups.index(["p.a"]) < groups.index(["main"])


def test_what_a_function_imports_only_later_does_not_hold_up_its_module() -> None:
    package = "def load():\n    import a\n"
    old = program({"p": package, "main": "import p\nx = 1\ny = [p.load]\n", "a": "import main\nz = main.x\n"})
    decided = plan(old, program({"main": "import p\nx = 2\ny = [p.load]\n"}))

    groups = list(order(decided, ["p", "main", "a"]))

    assert groups == [["main"], ["a"]]

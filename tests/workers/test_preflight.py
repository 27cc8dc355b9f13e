"""What does not load in a subinterpreter, in a sentence."""

from __future__ import annotations

import pytest

from asgi_reload.workers.preflight import explained, refusal

CPYTHON = "ImportError: module {} does not support loading in subinterpreters"


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (CPYTHON.format("pydantic_core._pydantic_core"), "pydantic_core._pydantic_core"),
        (
            "PyO3 modules do not yet support subinterpreters, see https://github.com/PyO3/pyo3/issues/576",
            "PyO3 modules",
        ),
        ("PyO3 modules may only be initialized once per interpreter process", "PyO3 modules"),
        ("ImportError: cannot load module more than once per process", "an extension module"),
        ("ModuleNotFoundError: No module named 'numpy'", ""),
        ("", ""),
    ],
)
def test_a_refusal_is_told_from_other_errors(error: str, name: str) -> None:
    assert refusal(error) == name


@pytest.mark.parametrize(
    ("error", "what"),
    [
        ("RuntimeError: daemon threads are disabled in this (sub)interpreter", "daemon threads"),
        ("RuntimeError: fork not supported for isolated subinterpreters", "fork"),
        ("RuntimeError: preexec_fn not supported within subinterpreters", "preexec_fn"),
    ],
)
def test_what_an_interpreter_lacks_is_said(error: str, what: str) -> None:
    assert explained([error]).startswith(f"A subinterpreter has no {what}, which the app needs;")


def test_what_refuses_is_named_once_and_in_order() -> None:
    errors = [CPYTHON.format(name) for name in ("b._b", "a._a", "b._b")]

    assert explained(errors) == "a._a, b._b do not load in a subinterpreter; workers are processes instead."
    assert explained(errors[:1]) == "b._b does not load in a subinterpreter; workers are processes instead."
    assert explained(CPYTHON.format(name) for name in "abcde").startswith("a, b, c and 2 more do not load")
    assert explained(["ZeroDivisionError: division by zero"]) == ""

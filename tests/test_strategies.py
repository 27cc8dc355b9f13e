"""Which update a save comes to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload import strategies, updates
from asgi_reload.changes import Batch, Change
from asgi_reload.decisions import decide
from asgi_reload.errors import StrategyError
from asgi_reload.strategies import BUILT_IN, Context, built_in

if TYPE_CHECKING:
    from asgi_reload.updates import Update

PROJECT = Path("/project")
CONTEXT = Context(PROJECT)


def batch(*names: str) -> Batch:
    return Batch(tuple(Change(PROJECT / name, "modified") for name in names))


def steps(*names: str, context: Context = CONTEXT) -> tuple[Update, ...]:
    return decide(BUILT_IN, batch(*names), context).steps


def test_a_stylesheet_is_swapped() -> None:
    assert steps("static/app.CSS") == (updates.Css(("static/app.CSS",)),)


def test_an_image_is_shown_anew() -> None:
    assert steps("static/logo.svg") == (updates.Images(("static/logo.svg",)),)


def test_a_script_reloads_after_a_notice_that_names_it() -> None:
    assert steps("static/app.js") == (updates.Reload(("static/app.js",), "app.js is a script", 500),)


def test_whatever_else_is_watched_patches_the_page() -> None:
    assert steps("content/about.md") == (updates.Patch(("content/about.md",), "about.md changed"),)


def test_what_settled_together_is_told_together_one_update_of_a_kind() -> None:
    assert steps("a.css", "b.css", "page.html", "c.png") == (
        updates.Css(("a.css", "b.css")),
        updates.Images(("c.png",)),
        updates.Patch(("page.html",), "page.html changed"),
    )


def test_a_reload_makes_lesser_work_on_the_page_needless() -> None:
    assert steps("a.css", "page.html", "app.js") == (updates.Reload(("app.js",), "app.js is a script", 500),)


def test_running_code_needs_a_restart_and_says_who_does_it() -> None:
    assert steps("main.py") == (updates.Restart(("main.py",), "main.py changed: restart the server to run it"),)

    watched = Context(PROJECT, restarter="uvicorn --reload")
    (restart,) = steps("main.py", context=watched)
    assert restart == updates.Restart(
        ("main.py",), "main.py changed: uvicorn --reload restarts the server", "uvicorn --reload"
    )


def test_code_that_this_process_does_not_run_needs_none() -> None:
    idle = Context(PROJECT, is_loaded=lambda path: False)
    assert steps("tests/test_main.py", context=idle) == (
        updates.Patch(("tests/test_main.py",), "test_main.py changed"),
    )


def test_pages_that_should_never_be_patched_reload_at_once() -> None:
    decision = decide([strategies.Reload(suffixes=None)], batch("page.html"), CONTEXT)
    assert decision.steps == (updates.Reload(("page.html",), "page.html changed", 0),)


def test_the_users_own_strategy_answers_first_and_the_rest_goes_on() -> None:
    def locale(batch: Batch, context: Context) -> Update | None:
        changed = batch.with_suffix({".po"})
        return updates.Reload(tuple(context.name(c) for c in changed), "translations") if changed else None

    decision = decide([locale, *BUILT_IN], batch("de.po", "a.css"), CONTEXT)

    assert decision.steps == (updates.Reload(("de.po",), "translations"),)


def test_an_answer_that_names_no_path_answers_everything() -> None:
    decision = decide([lambda batch, context: updates.Patch((), "all"), *BUILT_IN], batch("app.js"), CONTEXT)
    assert decision.steps == (updates.Patch((), "all"),)


def test_a_strategy_that_raises_is_named_and_passed_over() -> None:
    def broken(batch: Batch, context: Context) -> Update | None:
        raise KeyError("x")

    decision = decide([broken, *BUILT_IN], batch("a.css"), CONTEXT)

    assert decision.steps == (updates.Css(("a.css",)),)
    (problem,) = decision.problems
    assert isinstance(problem, StrategyError)
    assert "broken raised KeyError: 'x'; expected (batch, context) -> Update | None" in str(problem)


def test_a_strategy_that_raises_what_cannot_be_told_is_named_too() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError("no words")

    def broken(batch: Batch, context: Context) -> Update | None:
        raise Mute

    decision = decide([broken, *BUILT_IN], batch("a.css"), CONTEXT)

    assert decision.steps == (updates.Css(("a.css",)),)
    assert "broken raised" in str(decision.problems[0])


MALFORMED = [
    updates.Css("a.css"),  # type: ignore[arg-type]
    updates.Patch((Path("a.css"),)),  # type: ignore[arg-type]
    updates.Reload((), reason=None),  # type: ignore[arg-type]
    updates.Reload((), delay=0.5),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("answer", ["reload", True, updates.Css, *MALFORMED])
def test_a_strategy_that_returns_no_update_is_named(answer: Any) -> None:
    decision = decide([lambda batch, context: answer], batch("a.css"), CONTEXT)

    assert decision.steps == ()
    assert f"returned {answer!r}" in str(decision.problems[0])


def offered(folder: Path, value: str) -> None:
    """An installed package that offers this."""
    metadata = folder / "widgets-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: widgets\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[asgi_reload.strategies]\nwidgets = {value}\n")


def test_a_package_offers_a_strategy_that_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(tmp_path, "asgi_reload.updates:Recovered")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert built_in() == (updates.Recovered, *BUILT_IN)


@pytest.mark.parametrize(
    ("value", "words"),
    [("no.such:thing", "no.such:thing cannot be loaded: No module"), ("asgi_reload:__version__", "is no callable")],
)
def test_a_package_that_offers_none_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, words: str
) -> None:
    offered(tmp_path, value)
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(StrategyError, match=words):
        built_in()


def test_a_path_outside_the_project_is_shown_by_its_name_only() -> None:
    change = Change(Path("/elsewhere/secret/theme.css"), "modified")
    assert decide(BUILT_IN, Batch((change,)), CONTEXT).steps == (updates.Css(("theme.css",)),)

"""Changes and batches, as strategies meet them."""

from __future__ import annotations

from pathlib import Path

from asgi_reload.changes import Batch, Change

CSS = Change(Path("/project/Site.CSS"), "modified")
HTML = Change(Path("/project/a.html"), "added")
NONE = Change(Path("/project/Makefile"), "deleted")


def test_a_suffix_is_lower_case_with_its_dot() -> None:
    assert [change.suffix for change in (CSS, HTML, NONE)] == [".css", ".html", ""]


def test_a_batch_is_a_sized_iterable_of_changes() -> None:
    batch = Batch((CSS, HTML, NONE))

    assert list(batch) == [CSS, HTML, NONE]
    assert len(batch) == 3
    assert not Batch(())


def test_a_batch_gives_the_changes_with_a_suffix() -> None:
    assert Batch((CSS, HTML, NONE)).with_suffix([".css", ".scss"]) == (CSS,)


def test_what_is_answered_can_be_taken_out_and_times_stay() -> None:
    batch = Batch((CSS, HTML, NONE), detected=1.0, settled=2.0)

    assert batch.without([HTML, CSS]) == Batch((NONE,), 1.0, 2.0)
    assert batch.without([]) == batch


def test_the_same_path_with_another_kind_is_another_change() -> None:
    assert Batch((CSS,)).without([Change(CSS.path, "deleted")]).changes == (CSS,)

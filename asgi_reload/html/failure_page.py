"""The page for an app that fails: what, where in the user's own files, and how it came to that. A report in, HTML out.

Whatever a failure says is text, never markup. The overlay says the same in an open page (`client/problem.js`), in the
same dress: `client/problem.css`, which is read when it is needed, as sources are.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .excerpt import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..editor import Editor
    from ..faults import Fault, Frame
    from ..report import Report

CLIENT: Final = Path(__file__).parent.parent / "client"
STYLES: Final = ("problem.css", "failure.css")
LINKS: Final = {"cause": "caused by", "context": "while handling", "member": "one of them", "": ""}
FOLLOWS: Final = "This page follows your next save."
MAX_OPEN: Final = 4  # own calls whose source is shown at once: a recursion has many
MAX_OPEN_FAULTS: Final = 5
MAX_DEPTH: Final = 4
KIND: Final = re.compile(r"[^\W\d][\w.]{0,99}(?=: |$)")
EDITOR: Final = re.compile(r"(?!javascript:|data:|vbscript:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def failure_page(failure: Report, nonce: str, editor: Editor | None = None) -> str:
    """The page; `nonce` is that of its style, ASCII without quotes; its places are links into `editor`."""
    faults = "".join(_fault(fault, number, editor) for number, fault in enumerate(failure.faults))
    style = "".join((CLIENT / name).read_text(encoding="utf-8") for name in STYLES)
    title = escape(failure.title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><style nonce="{nonce}">{style}</style></head>'
        f'<body><main class=problem data-asgi-reload-failure="{title}"><h1 class=title>{_titled(failure.title)}</h1>'
        f"{_where(failure)}{faults}{_whole(failure.traceback)}<p class=follows>{FOLLOWS}</p></main></body></html>"
    )


def _titled(title: str) -> str:
    found = KIND.match(title)
    kind = found[0] if found else ""
    return f"<span class=kind>{escape(kind)}</span>{escape(title[len(kind) :])}" if kind else escape(title)


def _where(failure: Report) -> str:
    is_told = not failure.detail or any(fault.frames for fault in failure.faults)
    return "" if is_told else f"<p class=where><span class=detail>{escape(failure.detail)}</span></p>"


def _fault(fault: Fault, number: int, editor: Editor | None) -> str:
    told = "".join(_told(fault, editor, is_main=number == 0))
    if number == 0:
        return told

    if number >= MAX_OPEN_FAULTS and told:
        told = f"<details class=fold><summary>how it came to that</summary>{told}</details>"
    heading = f"<h2><span class=link>{LINKS[fault.link]}</span>{_titled(fault.title)}</h2>"
    return f'<section class="fault depth-{min(fault.depth, MAX_DEPTH)}">{heading}{told}</section>'


def _told(fault: Fault, editor: Editor | None, *, is_main: bool) -> Iterator[str]:
    if fault.hint:
        yield f"<p class=hint>{escape(fault.hint)}</p>"
    if fault.notes:
        yield f"<p class=notes>{escape(fault.notes)}</p>"
    if fault.frames:
        yield f"<ol class=frames>{''.join(_frames(fault.frames, editor, is_main=is_main))}</ol>"
    if fault.more:
        yield f"<p class=more>and {fault.more} more</p>"


def _frames(frames: Sequence[Frame], editor: Editor | None, *, is_main: bool) -> Iterator[str]:
    for number, (is_shown, run) in enumerate(runs_of(frames)):
        if is_shown:
            is_first = is_main and not any(shown for shown, _ in runs_of(frames)[:number])
            yield f"<li>{_place(run[0], editor)}{excerpt(run[0], is_main=is_first)}</li>"
        else:
            places = "".join(f"<li>{_place(frame, editor)}</li>" for frame in run)
            fold = f"<details class=fold><summary>{_count(run)}</summary><ol class=places>{places}</ol></details>"
            yield f"<li>{fold}</li>"


def runs_of(frames: Sequence[Frame]) -> list[tuple[bool, list[Frame]]]:
    """Calls that belong together, and whether their source is shown: each own one by itself, up to a number; what is
    left of them, and libraries', in runs. Where all are a library's, the last is shown.
    """
    is_foreign = all(frame.owner for frame in frames)
    runs: list[tuple[bool, list[Frame]]] = []
    shown = 0

    for index, frame in enumerate(frames):
        is_shown = (not frame.owner and shown < MAX_OPEN) or (is_foreign and index == 0)
        shown += is_shown
        if is_shown or not runs or runs[-1][0]:
            runs.append((is_shown, [frame]))
        else:
            runs[-1][1].append(frame)

    return runs


def _count(run: Sequence[Frame]) -> str:
    owners = ", ".join(dict.fromkeys(frame.owner or "your code" for frame in run))
    return escape(f"{len(run)} {'frame' if len(run) == 1 else 'frames'} of {owners}")


def _place(frame: Frame, editor: Editor | None) -> str:
    column = frame.columns[0] + 1 if frame.columns else 1
    link = editor.href(frame.path, frame.line, column) if editor else ""
    file = escape(frame.file)
    named = (
        f'<a class=file href="{escape(link)}">{file}</a>' if EDITOR.match(link) else f"<span class=file>{file}</span>"
    )
    call = f" in <span class=function>{escape(frame.name)}</span>" if frame.name else ""
    return f"<p class=place>{named}, line {frame.line}{call}</p>"


def _whole(traceback: str) -> str:
    if not traceback:
        return ""

    text = f"<pre class=plain tabindex=0 role=group aria-label=Traceback>{escape(traceback)}</pre>"
    return f'<details class="fold whole"><summary>as Python tells it</summary>{text}</details>'

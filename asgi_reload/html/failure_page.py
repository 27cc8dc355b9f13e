"""The page for an app that fails: what, where in the user's own files, and how it came to that. Text in, HTML out.

Whatever a failure says is text, never markup; colours come with the reader's own choice of light or dark.
"""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..faults import Fault, Frame
    from ..report import Report

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1917; --paper: #fafaf9; --dim: #6b635c; --mark: #b91c1c; --rule: #e7e5e4;
  --sheet: #fff; --line: #fef2f2 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7e5e4; --paper: #1c1917; --dim: #a8a29e; --mark: #fca5a5; --rule: #44403c; --sheet: #0c0a09;
    --line: #3f1d1d } }
* { box-sizing: border-box }
body { margin: 0; padding: 6vh 5vw; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 62rem; margin: auto }
h1, h2 { line-height: 1.3; color: var(--mark); overflow-wrap: anywhere; margin: 0; white-space: pre-wrap }
h1 { font-size: 1.35rem } h2 { font-size: 1.05rem; margin-top: 2rem }
p, summary { color: var(--dim); margin: .5rem 0 }
ol { list-style: none; margin: 1rem 0; padding: 0 } li { margin: 0 0 .75rem }
b { color: var(--ink); font-weight: 600; overflow-wrap: anywhere }
summary { cursor: pointer }
pre { margin: 0; overflow: auto; font: 13px/1.6 ui-monospace, monospace; background: var(--sheet);
  border: 1px solid var(--rule); border-radius: 6px; padding: .5rem 0 }
pre.plain { padding: .5rem 1rem }
pre > span { display: block; padding: 0 1rem; min-width: max-content }
pre > .here { background: var(--line) }
pre i { color: var(--dim); font-style: normal; user-select: none; display: inline-block; width: 3.5em }
mark { background: none; color: var(--mark); text-decoration: underline; text-underline-offset: 3px }
"""
LINKS: Final = {"cause": "caused by", "context": "while handling", "member": "one of them", "": ""}
FOLLOWS: Final = "This page follows your next save."


def failure_page(failure: Report, nonce: str) -> str:
    """The page; `nonce` is that of its style, ASCII without quotes."""
    parts = [part for number, fault in enumerate(failure.faults) for part in _fault(fault, is_first=number == 0)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(failure.title)}</title><style nonce="{nonce}">{STYLE}</style></head>'
        f"<body><main><h1>{escape(failure.title)}</h1><p>{escape(failure.detail)}</p>"
        f"{''.join(parts)}{_whole(failure.traceback)}<p>{FOLLOWS}</p></main></body></html>"
    )


def _fault(fault: Fault, *, is_first: bool) -> Iterator[str]:
    if not is_first:
        yield f"<h2>{LINKS[fault.link]} {escape(fault.title)}</h2>"
    if fault.notes:
        yield f"<p>{escape(fault.notes)}</p>"
    if fault.frames:
        yield f"<ol>{''.join(_frames(fault.frames))}</ol>"
    if fault.more:
        yield f"<p>and {fault.more} more</p>"


def _frames(frames: Sequence[Frame]) -> Iterator[str]:
    for is_own, run in groupby(frames, lambda frame: not frame.owner):
        group = list(run)
        if is_own:
            yield from (f"<li>{_place(frame)}{_source(frame)}</li>" for frame in group)
        else:
            places = "".join(map(_place, group))
            yield f"<li><details><summary>{_count(group)}</summary>{places}</details></li>"


def _count(group: Sequence[Frame]) -> str:
    owners = ", ".join(dict.fromkeys(frame.owner for frame in group))
    return escape(f"{len(group)} {'frame' if len(group) == 1 else 'frames'} of {owners}")


def _place(frame: Frame) -> str:
    name = f" in {escape(frame.name)}" if frame.name else ""
    return f"<p><b>{escape(frame.file)}</b>, line {frame.line}{name}</p>"


def _source(frame: Frame) -> str:
    if not frame.source:
        return ""

    return f"<pre tabindex=0>{''.join(_lines(frame))}</pre>"


def _lines(frame: Frame) -> Iterator[str]:
    for number, text in enumerate(frame.source, frame.first):
        is_here = number == frame.line
        code = _marked(text, frame.columns) if is_here else escape(text)
        yield f"<span{' class=here' if is_here else ''}><i>{number}</i>{code}\n</span>"


def _marked(text: str, columns: tuple[int, int] | None) -> str:
    if columns is None:
        return escape(text)

    start, end = columns
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"


def _whole(traceback: str) -> str:
    if not traceback:
        return ""

    text = f"<pre class=plain tabindex=0>{escape(traceback)}</pre>"
    return f"<details><summary>as Python tells it</summary>{text}</details>"

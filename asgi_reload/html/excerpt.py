"""A few lines of source around the one that failed, as HTML: numbers, colours, a line under the columns that are meant.

`client/excerpt.js` says the same in the page.
"""

from __future__ import annotations

from html import escape
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..faults import Frame
    from ..highlight import Mark

AROUND: Final = 1  # lines above and below, where another excerpt is the one to read
CLASSES: Final = {
    "keyword": "keyword",
    "string": "string",
    "comment": "comment",
    "number": "numeral",
    "name": "name",
    "builtin": "builtin",
    "decorator": "decorator",
}


def excerpt(frame: Frame, *, is_main: bool) -> str:
    """The lines as `<pre>`, fewer where it is not the main one; empty if there is no source to show."""
    numbered = [
        (number, text, frame.marks[index] if index < len(frame.marks) else ())
        for index, (number, text) in enumerate(enumerate(frame.source, frame.first))
        if is_main or abs(number - frame.line) <= AROUND
    ]
    shown = _trimmed(numbered)
    if not shown:
        return ""

    label = escape(f"{frame.file}, from line {shown[0][0]}")
    lines = "".join(_line(frame, *line) for line in shown)
    return f'<pre class=source tabindex=0 role=group aria-label="{label}"><code class=lines>{lines}</code></pre>'


def _trimmed(lines: Sequence[tuple[int, str, Sequence[Mark]]]) -> Sequence[tuple[int, str, Sequence[Mark]]]:
    """Without blank lines at either end."""
    said = [index for index, (_, text, _) in enumerate(lines) if text.strip()]
    return lines[said[0] : said[-1] + 1] if said else []


def _line(frame: Frame, number: int, text: str, marks: Sequence[Mark]) -> str:
    is_here = number == frame.line
    pieces = groupby(_pieces(text, marks, frame.columns if is_here else None), lambda piece: piece[1])
    code = "".join(_underlined("".join(code for code, _ in run), is_at=is_at) for is_at, run in pieces)
    kind = '"line here"' if is_here else "line"
    return f"<span class={kind}><span class=number>{number}</span>{code}\n</span>"


def _pieces(text: str, marks: Sequence[Mark], columns: tuple[int, int] | None) -> Iterator[tuple[str, bool]]:
    """The line, cut where its colour or what is underlined begins and ends; and whether it is underlined."""
    edges = {0, len(text), *(columns or ()), *(edge for start, end, _ in marks for edge in (start, end))}
    cuts = sorted({min(max(edge, 0), len(text)) for edge in edges})

    for start, end in pairwise(cuts):
        kind = next((CLASSES.get(kind, "") for first, last, kind in marks if first <= start and end <= last), "")
        is_at = columns is not None and columns[0] <= start and end <= columns[1]
        code = escape(text[start:end])
        yield (f"<span class={kind}>{code}</span>" if kind else code), is_at


def _underlined(code: str, *, is_at: bool) -> str:
    return f"<mark class=at>{code}</mark>" if is_at else code

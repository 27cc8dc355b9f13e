"""What the parts of some lines of Python are, for whoever gives them colours. Pure; any text will do.

It reads words and quotes, not grammar, so that it is right about most of what does not compile.
"""

from __future__ import annotations

import builtins
import keyword
import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["keyword", "string", "comment", "number", "name", "builtin", "decorator"]
Mark: TypeAlias = tuple[int, int, Kind]
"""0-based columns of a part, the end exclusive, and what it is."""

MAX_BEFORE: Final = 32 * 1024
"""Characters above the lines that are read to learn whether a string has begun there."""
MAX_LINE: Final = 10_000
"""Characters of a line that are read; a string that begins further on is not seen."""
MAX_MARKS: Final = 100
"""In a line; what follows has no colours."""

TOKEN: Final = re.compile(
    r"""(?P<comment>\#.*)
    | (?P<string>[rRbBuUfFtT]{0,2}(?P<quote>\"{3}|'{3}|"|'))
    | (?P<number>0[xXoObB][\da-fA-F_]+ | (?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?)
    | (?P<word>[^\W\d]\w*)""",
    re.VERBOSE,
)
RESTS: Final = {
    '"""': re.compile(r'(?:[^"\\]++|\\.|"(?!""))*+(?P<end>""")?', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]++|\\.|'(?!''))*+(?P<end>''')?", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\n]++|\\.)*+(?P<end>")?', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]++|\\.)*+(?P<end>')?", re.DOTALL),
}
"""What is left of a string, by the quote that it began with."""
OPENING: Final = re.compile(r"\#[^\n]*|\"{3}|'{3}|\"|'")
DECORATOR: Final = re.compile(r"\s*(@\s*\w[\w.]*)")
TOP: Final = re.compile(r"(?:async def|def|class|import|from|if|@)\b")
"""How a line begins that is hardly in a string."""
SOFT: Final = re.compile(r"\s*(?P<word>match|case)\b(?!\s*[=.,)\]:]).*:|\s*(?P<alias>type)\s+\w+.*=")
BUILTINS: Final = frozenset(name for name in dir(builtins) if name[0] != "_" and not keyword.iskeyword(name))
NAMED: Final = frozenset({"def", "class"})


def highlighted(lines: Sequence[str], first: int, shown: Sequence[str]) -> tuple[tuple[Mark, ...], ...]:
    """The marks of each of the `shown` lines, sorted and not overlapping.

    They are those from `first` on (0-based) of all `lines` of the file, as people are shown them: without line ends,
    cut where they are long. What stands above is read as far as MAX_BEFORE.
    """
    quote = quote_before(lines, first)
    found: list[tuple[Mark, ...]] = []

    for line, text in zip(lines[first:], shown, strict=False):
        marks, _ = _marked(text, quote)
        found.append(marks)
        quote = _marked(line.rstrip("\r\n")[:MAX_LINE], quote)[1]
    return tuple(found)


def quote_before(lines: Sequence[str], first: int) -> str:
    """The quote of the string in which the line `first` begins; empty if it begins in code."""
    text = "".join(lines[_start(lines, first) : first])
    at = 0

    while (opening := OPENING.search(text, at)) is not None:
        at = opening.end()
        if (quote := opening[0]) in RESTS:
            rest = RESTS[quote].match(text, at)
            at = rest.end() if rest else at
            # One quote ends at the end of its line, whatever is missing.
            if at == len(text) and rest and not rest["end"]:
                return quote
    return ""


def _start(lines: Sequence[str], first: int) -> int:
    """From where on to read: the beginning of the file, or a line that is likely to be code."""
    start, room = first, MAX_BEFORE

    while start and room >= len(lines[start - 1]):
        start -= 1
        room -= len(lines[start])
    if not start:
        return 0

    return next((number for number in range(start, first) if TOP.match(lines[number])), first)


def _marked(text: str, quote: str) -> tuple[tuple[Mark, ...], str]:
    """The marks of a line that begins in a string with this quote, and the quote that the next one begins in."""
    marks: list[Mark] = []
    at = 0

    if quote:
        at, quote = _string_end(text, 0, quote)
        marks.append((0, at, "string"))
    elif (decorator := DECORATOR.match(text)) is not None:
        at = decorator.end()
        marks.append((decorator.start(1), at, "decorator"))

    soft = SOFT.match(text)
    before = ""
    while not quote and (token := TOKEN.search(text, at)) is not None:
        at = token.end()
        if token["string"] is not None:
            at, quote = _string_end(text, at, token["quote"])
        kind = _kind(token, before, soft)
        before = token[0]
        if kind is not None:
            marks.append((token.start(), at, kind))
    return tuple(mark for mark in marks[:MAX_MARKS] if mark[0] < mark[1]), quote


def _string_end(text: str, at: int, quote: str) -> tuple[int, str]:
    """Where the string ends in this line, and its quote if it goes on in the next."""
    rest = RESTS[quote].match(text, at)
    end = rest.end() if rest else at
    if rest and rest["end"]:
        return end, ""

    # A backslash at the end of the line is left over: what it escapes is the line's end.
    goes_on = len(quote) == 3 or text[end:] == "\\"
    return len(text), quote if goes_on else ""


def _kind(token: re.Match[str], before: str, soft: re.Match[str] | None) -> Kind | None:
    if token["string"] is not None:
        return "string"
    if token["comment"] is not None:
        return "comment"
    if token["number"] is not None:
        return "number"

    word, text = token["word"], token.string
    if before in NAMED:
        return "name"
    if keyword.iskeyword(word) or (soft is not None and token.start() == soft.start(soft.lastgroup or 0)):
        return "keyword"
    if word in BUILTINS and not _is_part(text, token.start(), token.end()):
        return "builtin"

    return None


def _is_part(text: str, start: int, end: int) -> bool:
    """Is the word an attribute, or the name of an argument?"""
    return text[:start].rstrip()[-1:] == "." or (text[end : end + 1] == "=" and text[end : end + 2] != "==")

"""A failure as data: which exceptions, where in whose files, with the lines around. Bounded; the same through JSON."""

from __future__ import annotations

import json
import runpy
import sys
import threading
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from asgi_reload.faults import MAX_WORDS
from asgi_reload.html.failure_page import failure_page
from asgi_reload.likeness import MAX_FAULTS, MAX_FRAMES
from asgi_reload.report import Report, report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


CHAIN = """
error = None
for n in range(200):
    new = ValueError(n)
    new.__cause__ = error
    error = new
raise error
"""


CIRCLE = """
one, two = ValueError("one"), ValueError("two")
one.__cause__, two.__cause__ = two, one
raise one
"""
DEEP = """
error = ValueError("deep down")
for n in range(100):
    error = ExceptionGroup(f"group {n}", [error])
raise error
"""
LIAR = """
class Names(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)


class Liar(ExceptionGroup, metaclass=Names):
    @property
    def exceptions(self):
        raise RuntimeError

    def __getattribute__(self, name):
        raise RuntimeError(name)


raise Liar("lies", [ValueError(1)])
"""


def raised(folder: Path, text: str | None, name: str = "main.py") -> BaseException:
    """What comes of running this file, written first where there is a text."""
    if text is not None:
        (folder / name).write_text(dedent(text).lstrip("\n"))
    with pytest.raises(BaseException) as caught:
        runpy.run_path(str(folder / name))
    return caught.value


def failing(folder: Path, text: str, name: str = "main.py") -> Report:
    """The report of what comes of running this file."""
    return report(raised(folder, text, name), folder)


@pytest.fixture
def recursion_limit() -> Iterator[None]:
    before = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(before)


def test_the_frame_that_raised_comes_first_with_its_lines_and_columns(tmp_path: Path) -> None:
    told = failing(
        tmp_path,
        """
        def price(coins):
            total = coins + 1
            return total / 0


        price(2)
        """,
    )

    (fault,) = told.faults
    frame = fault.frames[0]
    assert (fault.title, fault.link) == ("ZeroDivisionError: division by zero", "")
    assert (frame.file, frame.line, frame.name, frame.owner) == ("main.py", 3, "price", "")
    assert frame.source[frame.line - frame.first] == "    return total / 0"
    assert frame.columns is not None
    assert frame.source[2][slice(*frame.columns)] == "total / 0"
    assert {"Python"} < {other.owner for other in fault.frames[1:]}


def test_what_led_to_it_follows(tmp_path: Path) -> None:
    told = failing(
        tmp_path,
        """
        try:
            try:
                {}["missing"]
            except KeyError:
                raise ValueError("while handling")
        except ValueError as error:
            raise RuntimeError("at last") from error
        """,
    )

    assert [(fault.title, fault.link) for fault in told.faults] == [
        ("RuntimeError: at last", ""),
        ("ValueError: while handling", "cause"),
        ("KeyError: 'missing'", "context"),
    ]


def test_a_group_is_told_with_its_members(tmp_path: Path) -> None:
    told = failing(
        tmp_path, 'raise ExceptionGroup("both", [ValueError("a"), ExceptionGroup("inner", [TypeError("b")])])'
    )

    assert [(fault.title, fault.link, fault.depth) for fault in told.faults] == [
        ("ExceptionGroup: both (2 sub-exceptions)", "", 0),
        ("ValueError: a", "member", 1),
        ("ExceptionGroup: inner (1 sub-exception)", "member", 1),
        ("TypeError: b", "member", 2),
    ]


def test_a_syntax_error_has_a_place_though_nothing_was_called(tmp_path: Path) -> None:
    told = failing(tmp_path, "price = 1\ntotal = = 2\n")

    frame = told.faults[0].frames[0]
    assert (frame.file, frame.line) == ("main.py", 2)
    assert frame.columns is not None
    assert frame.source[1][frame.columns[0]] == "="


def test_notes_and_hints_are_told(tmp_path: Path) -> None:
    told = failing(
        tmp_path,
        """
        prices = 1
        try:
            price
        except NameError as error:
            error.add_note("look at the shop")
            raise
        """,
    )

    assert told.faults[0].hint == "Did you mean: 'prices'?"
    assert told.faults[0].title == "NameError: name 'price' is not defined"
    assert told.faults[0].notes == "look at the shop"


def test_words_that_name_a_place_name_it_relative_to_the_project(tmp_path: Path) -> None:
    told = failing(tmp_path, "raise FileNotFoundError(2, 'No such file', __file__)")

    assert told.title == "FileNotFoundError: [Errno 2] No such file: 'main.py'"
    assert str(tmp_path) not in json.dumps([told.title, told.detail, *(fault.title for fault in told.faults)])


HINTS = {
    "price = 1\nprint(pirce)": ("NameError: name 'pirce' is not defined", "Did you mean: 'price'?"),
    "print(tomllib)": ("NameError: name 'tomllib' is not defined", "Did you forget to import 'tomllib'?"),
    "import json\n\njson.dump_s": ("AttributeError: module 'json' has no attribute 'dump_s'", "Did you mean: 'dumps'?"),
    "if price = 3:\n    pass": (
        "SyntaxError: invalid syntax",
        "Maybe you meant '==' or ':=' instead of '='?",
    ),
    "prices = [1 2]": ("SyntaxError: invalid syntax", "Perhaps you forgot a comma?"),
    "print 3": ("SyntaxError: Missing parentheses in call to 'print'", "Did you mean print(...)?"),
    "raise ValueError('no such price; did you mean \"tea\"?')": ("ValueError: no such price", 'did you mean "tea"?'),
    "raise ValueError('you see: perhaps')": ("ValueError: you see: perhaps", ""),
}


@pytest.mark.parametrize("text", HINTS)
def test_what_the_words_suggest_is_told_apart(tmp_path: Path, text: str) -> None:
    told = failing(tmp_path, text)

    fault, (title, hint) = told.faults[0], HINTS[text]
    # One of them ends without its question mark on 3.12.
    assert (fault.title, fault.hint.rstrip("?")) == (title, hint.rstrip("?"))
    assert told.title == fault.title
    assert fault.hint in told.traceback.splitlines()[-1]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="before 3.12 an import does not say what it looked for")
def test_an_import_of_a_name_that_is_not_there_has_a_hint(tmp_path: Path) -> None:
    assert failing(tmp_path, "from json import JSONDecodeErorr").faults[0].hint == "Did you mean: 'JSONDecodeError'?"


@pytest.mark.parametrize(
    "text",
    [
        'raise ValueError("x" * 1_000_000)',
        'raise ValueError("x\\n" * 500_000)',
        'raise KeyError("\\x1b" * 1_000_000)',
        "import sys\n\nsys.setrecursionlimit(12_000)\n\n\ndef f(n):\n    return f(n + 1)\n\n\nf(0)",
        'raise ExceptionGroup("many", [ValueError(str(n)) for n in range(1_000)])',
        "class Bad(Exception):\n    def __str__(self):\n        raise RuntimeError('no words')\n\n\nraise Bad()",
        "class Bad(Exception):\n    def __str__(self):\n        raise SystemExit(3)\n\n\nraise Bad()",
        "class Bad(Exception):\n    def __str__(self):\n        return 3\n\n\nraise Bad()",
        "class Bad(Exception):\n    @property\n    def __notes__(self):\n        raise OSError\n\n\nraise Bad()",
        CHAIN,
        CIRCLE,
        DEEP,
        LIAR,
        'raise ValueError("\\ud800 \\x1b[2J \\u202e </pre><script>")',
        "error = ValueError(1)\nerror.__notes__ = 3\nraise error",
        "error = ValueError(1)\nerror.__notes__ = ['n' * 1_000] * 2_000\nraise error",
        'raise SyntaxError("bad", ("main.py", 10**9, 10**9, "text", 10**9, -5))',
        'raise SyntaxError("bad", ("main.py", "one", "two", "text"))',
        'raise SyntaxError("bad", (3, -1, -1, 3))',
        'raise SyntaxError(3, ("main.py", 1, 2, "t" * 1_000_000, 1, 10**6))',
        "x = [" + "1," * 20_000 + "1 / 0]",
        "x = 1\n" * 300 + '"' * 3 + "text\n" * 400_000 + '"' * 3 + "\n1 / 0",
    ],
    ids=[
        *["a megabyte", "many lines", "a megabyte to escape", "a recursion", "a wide group", "without words"],
        *["an exit for words", "a number for words", "notes that raise", "a long chain", "a circle", "deep groups"],
        *["a liar", "odd characters", "a number for notes", "many notes", "a place far away", "no place at all"],
        *["a place of odd types", "a long line of no Python", "a long line", "a large file"],
    ],
)
def test_whatever_is_raised_is_bounded_and_is_text(tmp_path: Path, text: str, recursion_limit: None) -> None:
    told = report(raised(tmp_path, text), tmp_path)

    assert 1 <= len(told.faults) <= MAX_FAULTS
    assert all(len(fault.title) <= MAX_WORDS and len(fault.frames) <= MAX_FRAMES + 1 for fault in told.faults)
    assert Report.decode(json.loads(json.dumps(told.encode()))) == told
    assert len(json.dumps(told.described())) < 1_000_000
    page = failure_page(told, "n")
    assert "<script" not in page
    assert "\x1b" not in page


@pytest.mark.parametrize("kind", ["words", "an argument", "a note", "a member", "a directory of names"])
def test_nobody_waits_for_an_exception_that_takes_its_time(tmp_path: Path, kind: str) -> None:
    end = threading.Event()

    class Slow(Exception):
        def __str__(self) -> str:
            end.wait(30)
            return "at last"

        __repr__ = __str__

        def __dir__(self) -> list[str]:
            end.wait(30)
            return []

    error: Exception
    match kind:
        case "words":
            error = Slow()
        case "an argument":
            error = KeyError(Slow())
        case "a note":
            error = ValueError("quick")
            error.__notes__ = [Slow()]  # type: ignore[list-item]
        case "a member":
            error = ExceptionGroup("quick", [Slow() for _ in range(10)])
        case _:
            error = AttributeError("quick", name="price", obj=Slow())

    told = report(error, tmp_path)

    end.set()
    words = "\n".join(f"{fault.title} {fault.notes}" for fault in told.faults)
    assert ("<no words within 50 ms>" in words) == (kind != "a directory of names")


@pytest.mark.parametrize("kind", ["deleted", "shorter", "binary", "another encoding", "a directory"])
def test_a_file_that_is_no_longer_what_was_run_still_has_its_place(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "main.py"
    error = raised(tmp_path, "def price():\n    return 1 / 0\n\n\n\n\nprice()\n")
    match kind:
        case "deleted":
            file.unlink()
        case "shorter":
            file.write_text("é\n", encoding="utf-8")
        case "binary":
            file.write_bytes(bytes(range(256)) * 100)
        case "another encoding":
            file.write_bytes("# é\n".encode("latin-1") * 9)
        case _:
            file.unlink()
            file.mkdir()

    told = report(error, tmp_path)

    assert told.title == "ZeroDivisionError: division by zero"
    assert told.detail == "main.py, line 2, in price"
    assert (told.faults[0].frames[0].file, told.faults[0].frames[0].line) == ("main.py", 2)
    assert 'main.py", line 2, in price' in told.traceback


@pytest.mark.parametrize("name", ["settings.env", ".env.local", "server.pem", "id_rsa", ".git/hook.py"])
def test_no_line_is_shown_of_what_may_be_secret(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    told = failing(tmp_path, 'PASSWORD = "hunter2"\n1 / 0; "hunter3"\n', name=name)

    assert told.faults[0].frames[0].source == ()
    assert told.faults[0].frames[0].line == 2
    assert "hunter" not in json.dumps(told.encode())


def test_no_line_is_shown_of_a_file_outside_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside.py").write_text("1 / 0  # hunter2\n")
    (project / "main.py").symlink_to(tmp_path / "outside.py")
    error = raised(project, None)

    told = report(error, project)

    assert told.faults[0].frames[0].file == "main.py"
    assert "hunter2" not in json.dumps(told.encode())


def test_a_text_that_is_no_python_is_not_shown_if_it_may_be_secret(tmp_path: Path) -> None:
    told = failing(tmp_path, "PASSWORD = = hunter2\n", name=".env")

    assert told.title == "SyntaxError: invalid syntax"
    assert "hunter2" not in json.dumps(told.encode())


def test_a_page_names_no_place_outside_of_the_project(tmp_path: Path) -> None:
    told = failing(tmp_path, 'import json\n\njson.loads("{")\n')

    frames = told.faults[0].frames
    assert all(frame.file[:1] != "/" for frame in frames)
    assert "json/decoder.py" in {frame.file for frame in frames}

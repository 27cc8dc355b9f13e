"""Saves that no process can run: the server stays up, the old version serves, and pages are told what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .pages import listening
from .sites import Site, make, quickly_served, served_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .programs.running import Zygote

GOOD = 'WORD = "good"\n\n\ndef word():\n    return WORD\n'
FILES = {
    "main.py": """
        from asgi_reload import ReloadMiddleware
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse
        from starlette.routing import Route

        import texts


        async def home(request):
            return HTMLResponse("<!doctype html><p>" + texts.word() + "</p>")


        app = ReloadMiddleware(Starlette(routes=[Route("/", home)]))
        """,
    "texts.py": GOOD,
}


@pytest.fixture
def site(zygote: Zygote, tmp_path: Path) -> Iterator[Site]:
    with quickly_served(zygote, make(tmp_path / "site", FILES)) as site:
        yield site


def shown(site: Site) -> str:
    return site.page().text.partition("<p>")[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("text", "title", "detail"),
    [
        (b'WORD = "a\0b"\n', "null bytes", "texts.py"),
        (b'WORD = "\xff\xfe"\n', "utf-8", "texts.py"),
        (b"# coding: no-such-thing\n", "no-such-thing", "texts.py"),
        (b"def word(:\n", "SyntaxError", "texts.py"),
        (b"import sys\nsys.exit(3)\n", "SystemExit: 3", "texts.py, line 2"),
        (b"raise KeyboardInterrupt\n", "KeyboardInterrupt", "texts.py, line 1"),
        (b"class Odd(BaseException): pass\nraise Odd('odd')\n", "Odd: odd", "texts.py, line 2"),
        (b"import asyncio\nraise asyncio.CancelledError('no')\n", "CancelledError", "texts.py, line 2"),
        (b"import texts\nfrom texts import nothing\n", "cannot import name 'nothing'", "texts.py, line 2"),
        (b"def f(): f()\nf()\n", "RecursionError", "texts.py, line 1"),
    ],
    ids=[
        *("null bytes", "bytes of no encoding", "an unknown encoding", "no syntax", "sys.exit", "KeyboardInterrupt"),
        *("BaseException", "CancelledError", "a missing name of its own", "endless recursion"),
    ],
)
def test_the_old_version_serves_and_pages_are_told(site: Site, text: bytes, title: str, detail: str) -> None:
    with listening(site.url) as page:
        page.next("hello")
        site.write("texts.py", text)
        (failure,) = page.next("update")["steps"]

        assert failure["type"] == "failure"
        assert title.lower() in failure["title"].lower()
        assert detail in failure["detail"]
        assert failure["paths"] == ["texts.py"]
        assert shown(site) == "good"

        site.write("texts.py", GOOD.replace('"good"', '"better"'))
        assert [step["type"] for step in page.next("update")["steps"]] == ["patch", "recovered"]
        assert shown(site) == "better"


def test_an_import_that_never_returns_is_interrupted(tmp_path: Path) -> None:
    folder = make(tmp_path / "site", {**FILES, "pyproject.toml": "[tool.asgi-reload]\nimport-timeout = 300\n"})
    with served_by("uvicorn-httptools", folder) as site, listening(site.url) as page:
        page.next("hello")
        site.write("texts.py", "while True:\n    pass\n")
        (failure,) = page.next("update")["steps"]

        assert failure["title"].endswith("the import took more than 0.3 s")
        assert failure["detail"].startswith("texts.py, line ")
        assert shown(site) == "good"


def test_a_file_that_is_gone_again_before_it_is_read(site: Site) -> None:
    before = site.newest()
    for _ in range(20):
        site.write("fresh.py", "raise RuntimeError\n")
        (site.folder / "fresh.py").unlink()
    site.write("texts.py", GOOD.replace('"good"', '"better"'))

    assert site.next_after(before)["rung"] in ("patch", "nothing")
    site.until("/", site.get("/").replace("good", "better"))


def test_a_deleted_module_that_is_still_imported_is_a_failure_until_it_is_back(site: Site) -> None:
    with listening(site.url) as page:
        page.next("hello")
        (site.folder / "texts.py").unlink()
        (failure,) = page.next("update")["steps"]
        assert failure["title"] == "ModuleNotFoundError: No module named 'texts'"
        assert shown(site) == "good"

        site.write("texts.py", GOOD)
        assert "recovered" in [step["type"] for step in page.next("update")["steps"]]
        assert shown(site) == "good"


def test_a_module_of_five_megabytes(site: Site) -> None:
    rows = "".join(f"    '{n} {'y' * 480}',\n" for n in range(10_000))
    large = f"{GOOD.replace('good', 'large')}\n\nROWS = [\n{rows}]\n"
    assert len(large) > 4_900_000
    site.write("texts.py", large)
    site.until("/", site.get("/").replace("good", "large"))


def test_a_module_that_imports_itself(site: Site) -> None:
    assert site.save("texts.py", "import texts\n\n\n" + GOOD.replace('"good"', '"self"'))["rung"] == "patch"
    assert shown(site) == "self"

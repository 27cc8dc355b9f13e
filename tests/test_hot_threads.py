"""Threads and bursts: imports and sync endpoints beside a swap, saves during one, saves that only fit together."""

from __future__ import annotations

import threading
import time
from queue import Queue
from typing import TYPE_CHECKING

import httpx
import pytest

from .pages import DEADLINE, listening
from .sites import Site, make, quickly_served, served_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .programs.running import Zygote

FILES = {
    "main.py": """
        import asyncio
        import threading

        import anyio.to_thread
        from asgi_reload import ReloadMiddleware
        from fastapi import FastAPI

        import signs
        import texts

        NUMBER = 0
        app = FastAPI(version=str(NUMBER))


        @app.get("/sync")
        def sync():
            return [NUMBER, texts.word(), NUMBER]


        @app.get("/thread")
        async def thread():
            return await asyncio.to_thread(texts.word)


        @app.get("/anyio")
        async def thread_of_anyio():
            return await anyio.to_thread.run_sync(texts.word)


        @app.get("/lazy")
        def lazy():
            import heavy

            return [heavy.WORD, heavy.under.WORD]


        @app.get("/importing")
        async def importing():
            await signs.importing.wait()


        app = ReloadMiddleware(app)
        """,
    "signs.py": """
        import asyncio

        importing = asyncio.Event()
        loop = None


        def says_that_it_imports():
            loop.call_soon_threadsafe(importing.set)
        """,
    "texts.py": """
        def word():
            return "word 0"
        """,
    "heavy.py": """
        import time

        import signs

        signs.importing.set()
        time.sleep(0.3)

        import under

        WORD = "old"
        """,
    "under.py": """
        WORD = "old"
        """,
}


@pytest.fixture
def site(zygote: Zygote, tmp_path: Path) -> Iterator[Site]:
    with quickly_served(zygote, make(tmp_path / "site", FILES)) as site:
        yield site


def test_sync_endpoints_in_threads_answer_from_one_version_while_it_is_replaced(site: Site) -> None:
    stop = threading.Event()
    answers: list[tuple[int, list[object]]] = []

    def ask() -> None:
        with httpx.Client(base_url=site.url, timeout=DEADLINE) as client:
            while not stop.is_set():
                answer = client.get("/sync")
                answers.append((answer.status_code, answer.json()))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        assert site.edit("main.py", f"NUMBER = {number}", f"NUMBER = {number + 1}")["modules"] == ["main"]
        assert site.edit("texts.py", f"word {number}", f"word {number + 1}")["rung"] == "patch"
    stop.set()
    for thread in threads:
        thread.join(DEADLINE)

    assert {status for status, _ in answers} == {200}
    assert all(first == last for _, (first, _, last) in answers)
    assert site.client.get("/sync").json() == [5, "word 5", 5]


@pytest.mark.parametrize("path", ["/thread", "/anyio"])
def test_what_runs_in_threads_is_new(site: Site, path: str) -> None:
    assert site.get(path) == '"word 0"'
    assert site.edit("texts.py", "word 0", "word 1")["rung"] == "patch"
    assert site.get(path) == '"word 1"'


@pytest.mark.parametrize(("file", "answer"), [("heavy.py", ["new", "old"]), ("under.py", ["old", "new"])])
def test_a_module_is_saved_while_a_thread_imports_it(site: Site, file: str, answer: list[str]) -> None:
    answers: Queue[int] = Queue()
    thread = threading.Thread(target=lambda: answers.put(httpx.get(f"{site.url}/lazy", timeout=DEADLINE).status_code))
    thread.start()
    httpx.get(f"{site.url}/importing", timeout=DEADLINE)
    assert site.edit(file, 'WORD = "old"', 'WORD = "new"')["rung"] in ("patch", "re-execute", "nothing")

    thread.join(DEADLINE)
    assert answers.get() == 200
    assert site.client.get("/lazy").json() == answer
    assert site.edit(file, 'WORD = "new"', 'WORD = "newer"')["rung"] in ("patch", "re-execute")
    assert site.client.get("/lazy").json() == [word.replace("new", "newer") for word in answer]


def test_of_twenty_saves_in_a_row_the_last_one_wins(site: Site) -> None:
    for number in range(1, 21):
        site.write("texts.py", f'def word():\n    return "word {number}"\n')
        site.replace("main.py", f"NUMBER = {number - 1}", f"NUMBER = {number}")
        time.sleep(0.02)

    site.until("/sync", '[20,"word 20",20]')
    assert {entry["python"]["rung"] for entry in site.status()["timeline"]} <= {"patch", "re-execute"}


def test_a_save_while_another_one_is_applied_is_the_next_one(site: Site) -> None:
    before = site.newest()
    site.replace("main.py", "NUMBER = 0", 'NUMBER = 1\n__import__("time").sleep(0.4)')
    site.write("texts.py", 'def word():\n    return "meanwhile"\n')

    assert site.next_after(before)["rung"] == "re-execute"
    site.until("/sync", '[1,"meanwhile",1]')


def test_two_files_that_only_fit_together_end_well(site: Site) -> None:
    with listening(site.url, "/docs") as page:
        page.next("hello")
        site.replace("main.py", "import texts\n", "import texts\nfrom texts import more\n")
        (failure,) = page.next("update")["steps"]
        assert failure["title"].startswith("ImportError: cannot import name 'more' from 'texts'")

        site.write("texts.py", 'def word():\n    return more()\n\n\ndef more():\n    return "more"\n')
        assert [step["type"] for step in page.next("update")["steps"]] == ["patch", "recovered"]
        assert site.client.get("/sync").json() == [0, "more", 0]


def test_two_files_that_only_fit_together_saved_at_the_pace_of_an_editor(site: Site) -> None:
    site.replace("main.py", "import texts\n", "import texts\nfrom texts import more\n")
    time.sleep(0.02)
    site.write("texts.py", 'def word():\n    return more()\n\n\ndef more():\n    return "more"\n')

    site.until("/sync", '[0,"more",0]')
    newest = site.newest()
    assert newest is not None
    assert newest["python"]["rung"] in ("patch", "re-execute")


def test_a_save_during_a_slow_start_is_live_when_it_is_over(tmp_path: Path) -> None:
    slow = """
        import asyncio
        from contextlib import asynccontextmanager
        from pathlib import Path

        from asgi_reload import ReloadMiddleware
        from starlette.applications import Starlette
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route

        import texts


        async def home(request):
            return PlainTextResponse(texts.word())


        @asynccontextmanager
        async def lifespan(app):
            Path("starting").touch()
            while Path("starting").exists():
                await asyncio.sleep(0.01)
            yield


        app = ReloadMiddleware(Starlette(routes=[Route("/", home)], lifespan=lifespan))
        """
    folder = make(tmp_path / "site", {"main.py": slow, "texts.py": FILES["texts.py"]})
    saving = threading.Thread(target=_save_while_it_starts, args=(folder,))
    saving.start()

    with served_by("uvicorn-httptools", folder, waits=False) as site:
        saving.join(DEADLINE)
        site.until("/", "word 1")
        assert site.edit("texts.py", "word 1", "word 2")["rung"] == "patch"
        assert site.get("/") == "word 2"


def _save_while_it_starts(folder: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while not (folder / "starting").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    (folder / "texts.py").write_text('def word():\n    return "word 1"\n')
    time.sleep(0.3)  # longer than it takes to notice; the start is over only then
    (folder / "starting").unlink()

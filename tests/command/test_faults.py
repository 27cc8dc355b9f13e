"""Whatever becomes of a worker, the front answers: it says what happened, and the next good save heals it."""

from __future__ import annotations

import os
import signal
import threading
import time
from textwrap import dedent
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from websockets.sync.client import connect

from ..pages import DEADLINE, HTML, config_of, listening
from ..sites import make
from .commanded import Commanded, commanded
from .programs import SHOP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = SHOP["prices.py"]
BROKEN_AT_IMPORT = {
    "raises": ("raise RuntimeError('no prices today')\n", "RuntimeError: no prices today"),
    "is no Python": ("PRICE = = 1\n", "SyntaxError"),
    "imports what is missing": ("import missing_module\n", "ModuleNotFoundError"),
    "exits": ("import sys\n\nsys.exit(3)\n", "SystemExit: 3"),
    "exits at once": ("import os\n\nos._exit(7)\n", "exit code 7"),
    "segfaults": ("import ctypes\n\nctypes.string_at(0)\n", "SIGSEGV"),
    "is killed": ("import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)\n", "SIGKILL"),
}
TALKS = """
    from starlette.applications import Starlette
    from starlette.routing import WebSocketRoute


    async def talk(socket):
        await socket.accept()
        while True:
            await socket.send_text(await socket.receive_text())


    app = Starlette(routes=[WebSocketRoute("/talk", talk)])
    """
MODES = ["--hot", "--cold"]


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    mode: str = request.param
    return mode


@pytest.fixture
def shop(tmp_path: Path, mode: str) -> Iterator[Commanded]:
    with commanded(make(tmp_path / "shop", SHOP), mode) as site:
        yield site


@pytest.mark.parametrize("fault", BROKEN_AT_IMPORT)
def test_an_app_that_cannot_be_imported_has_a_page_that_heals(tmp_path: Path, mode: str, fault: str) -> None:
    text, words = BROKEN_AT_IMPORT[fault]

    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": text}), mode, waits=False) as site:
        site.says(words)
        page = site.client.get("/", headers=HTML)
        assert page.status_code == 500
        assert words in page.text
        assert config_of(page.text)
        told = site.client.get("/", headers={"accept": "application/json"})
        assert (told.status_code, set(told.json())) == (500, {"title", "detail", "traceback", "faults"})
        assert words in told.json()["title"] + told.json()["traceback"]
        plain = site.client.get("/")
        assert (plain.status_code, plain.headers["content-type"]) == (500, "text/plain; charset=utf-8")
        assert words in plain.text

        with listening(site.url) as heard:
            heard.next("hello")
            site.write("prices.py", GOOD)
            heard.next("update")
        site.answers("/price", "1 coins")


def test_a_client_that_goes_is_no_problem(tmp_path: Path, mode: str) -> None:
    with commanded(make(tmp_path / "shop", {"main.py": TALKS}), mode) as site:
        with connect(f"{site.url.replace('http', 'ws', 1)}/talk") as talk:
            talk.send("hello")
            assert talk.recv(timeout=DEADLINE) == "hello"
        site.says("WebSocketDisconnect")
        assert site.status()["problems"] == []


@pytest.mark.parametrize("fault", BROKEN_AT_IMPORT)
def test_a_save_that_cannot_be_imported_leaves_the_last_good_version(shop: Commanded, fault: str) -> None:
    text, words = BROKEN_AT_IMPORT[fault]

    takes_its_process_along = shop.workers["mode"] == "hot" and fault in {"exits at once", "segfaults", "is killed"}

    outcome = shop.save("prices.py", text)

    assert outcome["rung"] == "failed"
    assert words in outcome["reason"]
    if takes_its_process_along:
        assert words in shop.client.get("/", headers=HTML).text
    else:
        assert shop.get("/price") == "1 coins"
    shop.write("prices.py", GOOD.replace("coins", "euro"))
    shop.answers("/price", "1 euro")


def test_a_save_that_takes_the_worker_along_is_told_once(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP), "--hot") as site:
        site.write("prices.py", "import ctypes\n\nctypes.string_at(0)\n")
        site.says("prices.py: not applied, nobody serves: the worker ended before it had started: SIGSEGV")

        site.write("prices.py", GOOD.replace("coins", "euro"))
        site.answers("/price", "1 euro")
        assert "the watcher failed" not in site.log()
        assert site.log().count("before it had started") == 1


def test_calls_wait_while_a_worker_ends(tmp_path: Path, mode: str) -> None:
    lingers = """
        import os
        import socket
        import stat
        import threading
        import time


        def hang_up():
            for name in os.listdir("/proc/self/fd"):
                try:
                    if stat.S_ISSOCK(os.stat(int(name)).st_mode):
                        socket.socket(fileno=os.dup(int(name))).shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            print("hung up", flush=True)
            time.sleep(60)


        def shown():
            threading.Timer(0.2, hang_up).start()
            return "once"
        """

    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": lingers}), mode) as site:
        before = site.get("/pid")
        assert site.get("/price") == "once"
        site.says("hung up")

        answer = site.client.get("/pid")
        assert answer.status_code == 200
        assert answer.text != before


def test_the_front_ends_soon_whatever_a_worker_does(tmp_path: Path, mode: str) -> None:
    blocked = "import time\n\nprint('blocked', flush=True)\ntime.sleep(60)\n"

    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": blocked}), mode, waits=False) as site:
        site.says("blocked")
        assert site.server.terminate() < 1.5
        assert "does not start" not in site.log()


def test_the_front_ends_soon_though_a_call_blocks_its_worker(tmp_path: Path, mode: str) -> None:
    blocks = """
        import signal
        import time

        signal.signal(signal.SIGTERM, signal.SIG_IGN)


        def shown():
            print("blocked", flush=True)
            time.sleep(60)
        """

    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": blocks}), mode) as site:
        asking = threading.Thread(target=lambda: site.client.get("/price"))
        asking.start()
        site.says("blocked")
        assert site.server.terminate() < 2
        asking.join()


def test_an_app_that_takes_its_process_along_when_it_shuts_down_makes_room(tmp_path: Path, mode: str) -> None:
    ends = SHOP["main.py"].replace('print(f"stopped {os.getpid()}", flush=True)', "os._exit(3)")
    again = "from asgi_reload import hot\n\nhot.decline(__name__)\n"

    with commanded(
        make(tmp_path / "shop", {**SHOP, "main.py": ends, "prices.py": f"{again}{dedent(GOOD)}"}),
        mode,
        "--lifespan",
        "sequential",
    ) as site:
        site.replace("prices.py", "coins", "euro")

        site.answers("/price", "1 euro")
        assert site.workers["all"] == 1


def test_an_import_that_blocks_ends_with_the_next_save(tmp_path: Path, mode: str) -> None:
    blocked = "import time\n\ntime.sleep(60)\n"

    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": blocked}), mode, waits=False) as site:
        site.until(lambda: len(site.family()) > 1, "a worker")
        site.write("prices.py", GOOD)

        site.answers("/price", "1 coins")


def test_a_save_whose_import_blocks_does_not_hold_up_the_next(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP), "--cold") as site:
        site.write("prices.py", "import time\n\ntime.sleep(60)\n")
        site.until(lambda: site.workers["coming"], "the blocked worker")
        assert site.get("/price") == "1 coins"

        site.write("prices.py", GOOD.replace("coins", "euro"))
        site.answers("/price", "1 euro")


def test_a_lifespan_that_does_not_start_is_told(tmp_path: Path, mode: str) -> None:
    broken = SHOP["main.py"].replace('print(f"started', 'raise OSError("no database")\n            print(f"started')

    with commanded(make(tmp_path / "shop", {**SHOP, "main.py": broken}), mode, waits=False) as site:
        site.says("OSError: no database")
        assert "OSError: no database" in site.client.get("/", headers=HTML).text

        site.write("main.py", SHOP["main.py"])
        site.answers("/price", "1 coins")


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_worker_that_ends_has_a_successor(shop: Commanded, number: signal.Signals) -> None:
    before = shop.worker

    before.send_signal(number)

    shop.says(number.name)
    shop.until(lambda: shop.workers["current"] not in (None, before.pid), "another worker")
    assert shop.get("/price") == "1 coins"


def test_a_crash_loop_backs_off_says_so_and_ends_with_a_save(tmp_path: Path, mode: str) -> None:
    timer = "__import__('threading').Timer(0.2, os._exit, [9]).start()"
    crashing = SHOP["main.py"].replace('print(f"started', f'{timer}\n            print(f"started')

    with commanded(make(tmp_path / "shop", {**SHOP, "main.py": crashing}), mode, waits=False) as site:
        site.says("a new one starts in 1 s")
        page = site.until(
            lambda: (answer := site.client.get("/", headers=HTML)).status_code == 500 and answer.text, "its page"
        )
        assert "the worker has ended: exit code 9" in page

        site.write("main.py", SHOP["main.py"])
        site.answers("/price", "1 coins")
        site.until(lambda: site.workers["crashes"] == 0, "the count to begin anew")


def test_a_request_whose_worker_is_killed_gets_an_answer(tmp_path: Path, mode: str) -> None:
    files = {**SHOP, "prices.py": "import time\n\n\ndef shown():\n    time.sleep(30)\n"}

    with commanded(make(tmp_path / "shop", files), mode) as site:
        worker = site.worker
        killed = threading.Timer(0.3, worker.kill)
        killed.start()
        page = site.client.get("/", headers=HTML)
        killed.join()

        assert page.status_code == 502
        assert config_of(page.text)


def test_a_worker_that_heeds_no_signal_is_killed_with_what_it_started(tmp_path: Path) -> None:
    stubborn = """
        import signal
        import subprocess
        import sys
        import threading
        import time

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        threading.Thread(target=time.sleep, args=(60,)).start()
        CHILD = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


        def shown():
            return str(CHILD.pid)
        """

    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": stubborn}), "--cold") as site:
        old, child = site.worker, psutil.Process(int(site.get("/price")))
        site.write("prices.py", GOOD)
        site.answers("/price", "1 coins")

        gone, alive = psutil.wait_procs([old, child], timeout=10)
        assert not alive, gone


def test_nothing_is_left_when_the_front_is_killed(shop: Commanded) -> None:
    site = shop
    site.until(lambda: site.workers["standby"]["pid"], "the standby")
    family = site.family()
    assert len(family) >= 3

    site.server.process.send_signal(signal.SIGKILL)

    gone, alive = psutil.wait_procs(family[1:], timeout=5)
    assert not alive, gone


def test_the_front_ends_soon_with_open_streams(tmp_path: Path, mode: str) -> None:
    files = {
        **SHOP,
        "streams.py": """
            import anyio
            from main import app
            from starlette.responses import StreamingResponse
            from starlette.routing import Route


            async def forever(request):
                async def parts():
                    while True:
                        yield "data: x\\n\\n"
                        await anyio.sleep(0.05)

                return StreamingResponse(parts(), media_type="text/event-stream")


            app.router.routes.append(Route("/stream", forever))
            """,
    }

    with commanded(make(tmp_path / "shop", files), mode, app="streams:app") as site:
        family = site.family()
        with httpx.stream("GET", f"{site.url}/stream") as answer, listening(site.url) as page:
            next(answer.iter_text())
            page.next("hello")
            assert site.server.terminate() < 5

        gone, alive = psutil.wait_procs(family, timeout=5)
        assert not alive, gone
        assert "stopped" in site.log()
        assert "Traceback" not in site.log()


def test_a_standby_that_is_killed_is_replaced(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP), "--cold") as site:
        standby = site.until(lambda: site.workers["standby"]["pid"], "the standby")
        os.kill(standby, signal.SIGKILL)

        site.until(lambda: site.workers["standby"]["pid"] not in (None, standby), "another standby")
        site.edit("prices.py", "coins", "euro")
        assert site.get("/price") == "1 euro"


def test_saves_faster_than_imports_come_to_few_workers_and_the_last_one_counts(tmp_path: Path) -> None:
    slow = "import time\n\ntime.sleep(1)\nWORD = 'word 0'\n\n\ndef shown():\n    return WORD\n"

    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": slow}), "--cold") as site:
        for number in range(1, 11):
            site.replace("prices.py", f"word {number - 1}'", f"word {number}'")
            time.sleep(0.3)  # as fast as a developer who cannot decide

        site.answers("/price", "word 10")
        assert site.log().count("started ") <= 4
        assert not any(process.status() == psutil.STATUS_ZOMBIE for process in site.family())

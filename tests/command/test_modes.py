"""What a save comes to under the command, in each mode: the same answers, by other means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from asgi_reload.workers.interpreters import why_no_interpreters

from ..pages import HTML, config_of, listening
from ..sites import make
from .commanded import Commanded, commanded
from .programs import SHOP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DECLINING = """
        from asgi_reload import hot

        hot.decline(__name__)
"""
MODES = ["--hot", "--cold", *([] if why_no_interpreters() else ["--isolated"])]


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    mode: str = request.param
    return mode


@pytest.fixture
def shop(tmp_path: Path, mode: str) -> Iterator[Commanded]:
    with commanded(make(tmp_path / "shop", SHOP), mode, "--no-audit") as site:
        yield site


def test_the_next_answer_after_a_save_is_new(shop: Commanded) -> None:
    assert shop.get("/price") == "1 coins"

    shop.replace("prices.py", "PRICE = 1", "PRICE = 2")

    shop.answers("/price", "2 coins")


def test_the_terminal_has_the_requests_for_the_app_and_none_of_ours(shop: Commanded) -> None:
    config = config_of(shop.page().text)
    shop.client.get(f"{config['base']}/boot.js")
    shop.get("/price?of=pears")

    assert "GET /price?of=pears" in shop.says("GET / HTTP/1.1")
    assert "__reload__" not in shop.log()


def test_the_front_and_its_port_stay(shop: Commanded) -> None:
    front, before = shop.server.process.pid, shop.status()["boot"]

    shop.edit("prices.py", "coins", "euro")

    assert shop.server.process.poll() is None
    assert shop.status()["boot"] == before
    assert shop.family()[0].pid == front


def test_open_pages_follow_without_a_new_connection(shop: Commanded) -> None:
    with listening(shop.url) as page:
        page.next("hello")
        shop.replace("prices.py", "coins", "euro")

        assert page.next("update")["steps"][0]["type"] == "patch"


def test_a_save_that_fails_changes_nothing_and_the_next_good_one_heals(shop: Commanded) -> None:
    with listening(shop.url) as page:
        page.next("hello")
        shop.replace("prices.py", "PRICE = 1", "PRICE = missing")
        assert page.next("update")["steps"][0]["title"] == "NameError: name 'missing' is not defined"
        assert shop.get("/price") == "1 coins"

        shop.replace("prices.py", "PRICE = missing", "PRICE = 3")
        assert "recovered" in [step["type"] for step in page.next("update")["steps"]]
        shop.answers("/price", "3 coins")


def test_a_syntax_error_is_told_with_its_place(shop: Commanded) -> None:
    outcome = shop.edit("prices.py", "PRICE = 1", "PRICE = = 1")

    assert outcome["rung"] == "failed"
    assert "SyntaxError" in outcome["reason"]
    assert shop.get("/price") == "1 coins"


def test_a_new_file_that_is_imported_is_found(shop: Commanded) -> None:
    shop.write("discounts.py", "HALF = 0.5\n")
    shop.edit("prices.py", "PRICE = 1", "from discounts import HALF as PRICE")

    shop.answers("/price", "0.5 coins")


def test_what_a_lifespan_yields_reaches_requests(shop: Commanded) -> None:
    assert shop.get("/greeting") == "hello"

    shop.edit("main.py", '"hello"', '"good day"')

    shop.answers("/greeting", "good day")


def test_a_document_carries_the_tag_once_though_the_app_wraps_itself(tmp_path: Path, mode: str) -> None:
    files = {
        **SHOP,
        "site.py": """
            from asgi_reload import ReloadMiddleware

            from main import app as inner

            app = ReloadMiddleware(inner)
            """,
    }
    files["wrapped.py"] = files.pop("site.py")

    with commanded(make(tmp_path / "shop", files), mode, app="wrapped:app") as site:
        assert config_of(site.page().text)["boot"] == site.status()["boot"]
        site.replace("prices.py", "coins", "euro")
        site.answers("/price", "1 euro")


def test_an_app_that_raises_shows_a_page_that_heals_itself(shop: Commanded) -> None:
    shop.edit("prices.py", 'f"{PRICE} coins"', "1 / 0")

    page = shop.client.get("/", headers=HTML)
    assert page.status_code == 500
    assert "ZeroDivisionError" in page.text
    assert config_of(page.text)

    other = shop.client.get("/price")
    assert (other.status_code, other.text.splitlines()[-1]) == (500, "ZeroDivisionError: division by zero")
    stranger = shop.client.get("/price", headers={"host": "shop.example"})
    assert (stranger.status_code, stranger.text) == (500, "Internal Server Error")
    assert "1 / 0" in shop.says("ZeroDivisionError")


def test_hot_keeps_the_process_and_its_state(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP), "--hot") as site:
        pid = site.get("/pid")
        assert site.get("/hit") == "1"

        outcome = site.edit("prices.py", "PRICE = 1", "PRICE = 2")

        assert outcome["rung"] == "patch"
        assert site.get("/price") == "2 coins"
        assert site.get("/hit") == "2"
        assert site.get("/pid") == pid


def test_hot_takes_a_new_worker_for_what_it_refuses(tmp_path: Path) -> None:
    files = {**SHOP, "prices.py": f"{DECLINING}{SHOP['prices.py']}"}

    with commanded(make(tmp_path / "shop", files), "--hot") as site:
        pid = site.get("/pid")

        outcome = site.edit("prices.py", "PRICE = 1", "PRICE = 2")

        assert (outcome["rung"], "declines" in outcome["reason"]) == ("new worker", True)
        assert site.get("/price") == "2 coins"
        assert site.get("/pid") != pid


def test_hot_heals_what_fails_in_place_but_not_in_a_clean_process(tmp_path: Path) -> None:
    once = """
        import builtins

        if hasattr(builtins, "shop_prices"):
            raise RuntimeError("imported twice")
        builtins.shop_prices = PRICE = int("1")


        def shown(price=PRICE):
            return f"{price} coins"
        """

    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": once}), "--hot") as site:
        outcome = site.edit("prices.py", 'int("1")', 'int("2")')

        assert outcome["rung"] == "new worker"
        assert site.get("/price") == "2 coins"
        assert "failure" not in [step["type"] for step in outcome["steps"]]


def test_cold_takes_a_clean_worker_for_every_save_of_python(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP), "--cold") as site:
        pid = site.get("/pid")
        site.get("/hit")

        outcome = site.edit("prices.py", "PRICE = 1", "PRICE = 2")

        assert outcome["rung"] == "new worker"
        assert site.get("/hit") == "1"
        assert site.get("/pid") != pid
        site.says(f"stopped {pid}")


def test_cold_leaves_the_worker_alone_for_what_it_does_not_run(tmp_path: Path) -> None:
    files = {**SHOP, "tools/unused.py": "X = 1\n", "style.css": "p { color: red }\n"}

    with commanded(make(tmp_path / "shop", files), "--cold") as site:
        pid = site.get("/pid")
        site.edit("tools/unused.py", "1", "2")
        site.edit("style.css", "red", "blue")

        assert site.get("/pid") == pid


def test_what_a_request_has_imported_is_part_of_the_code(tmp_path: Path, mode: str) -> None:
    late = SHOP["main.py"].replace("return PlainTextResponse(prices.shown())", "import late; return late.answer()")
    files = {
        **SHOP,
        "main.py": late,
        "late.py": """
            import later
            from starlette.responses import PlainTextResponse


            def answer():
                return PlainTextResponse(later.WORD)
            """,
        "later.py": "WORD = 'late'\n",
    }

    with commanded(make(tmp_path / "shop", files), mode, "--no-audit") as site:
        assert site.get("/price") == "late"

        site.replace("later.py", "late", "later")

        site.answers("/price", "later")


def test_the_app_may_ask_for_a_new_worker_from_any_thread(tmp_path: Path, mode: str) -> None:
    files = {
        **SHOP,
        "prices.py": """
            import threading

            from asgi_reload import hot


            def shown():
                thread = threading.Thread(target=hot.restart)
                thread.start()
                thread.join()
                return "asked"
            """,
    }

    with commanded(make(tmp_path / "shop", files), mode, "--no-audit") as site:
        before = site.get("/pid")
        assert site.get("/price") == "asked"
        site.says("new worker")
        if mode != "--isolated":
            site.until(lambda: site.get("/pid") != before)


def test_a_project_may_have_modules_named_like_those_of_python_and_ours(tmp_path: Path, mode: str) -> None:
    names = ("queue", "heapq", "worker", "site", "front", "command", "errors")
    imports = "import queue, heapq, worker, site, front, command, errors\n"
    files = {**SHOP, "prices.py": f"{imports}\n\ndef shown():\n    return worker.WORD\n"}

    files |= {f"{name}.py": f"WORD = '{name}'\n" for name in names}
    # As the script does it: `python -m` would put the project before Python's own modules in the front as well.
    safely = {"PYTHONSAFEPATH": "1"}

    with commanded(make(tmp_path / "shop", files), mode, env=safely) as site:
        assert site.get("/price") == "worker"
        site.replace("worker.py", "'worker'", "'works'")
        site.answers("/price", "works")


def test_a_standby_has_what_workers_import_and_is_made_again_only_for_more(tmp_path: Path) -> None:
    files = {
        **SHOP,
        "prices.py": """
            import sys

            HAD = "wave" in sys.modules, "colorsys" in sys.modules
            import wave


            def shown():
                return " ".join(map(str, HAD))
            """,
    }

    with commanded(make(tmp_path / "shop", files), "--cold") as site:
        assert site.get("/price") == "False False"
        standby = site.until(lambda: site.workers["standby"]["pid"], "the standby")
        site.replace("prices.py", "import wave", "import wave  # the same")
        site.answers("/price", "True False")
        front = site.family()[0]
        site.until(lambda: [child.pid for child in front.children()] == [standby], "no process but that standby")

        site.replace("prices.py", "import wave", "import colorsys, wave")
        site.until(lambda: site.workers["standby"]["pid"] not in (None, standby), "one that has more")
        site.replace("prices.py", "import colorsys", "import  colorsys")
        site.answers("/price", "True True")


def test_a_file_that_import_has_read_is_part_of_the_code(tmp_path: Path, mode: str) -> None:
    files = {
        **SHOP,
        "prices.py": """
            import json
            from pathlib import Path

            PRICE = json.loads((Path(__file__).parent / "price.json").read_text())


            def shown():
                return f"{PRICE} coins"
            """,
        "price.json": "1",
    }

    with commanded(make(tmp_path / "shop", files), mode) as site:
        site.edit("price.json", "1", "7")

        site.answers("/price", "7 coins")


def test_the_app_may_ask_for_a_new_worker(tmp_path: Path, mode: str) -> None:
    files = {
        **SHOP,
        "prices.py": """
            from asgi_reload import hot


            def shown():
                return str(hot.restart())
            """,
    }

    with commanded(make(tmp_path / "shop", files), mode) as site:
        assert site.get("/hit") == "1"
        assert site.get("/price") == "True"

        site.until(lambda: site.get("/hit") == "1", "another worker")


def test_a_request_during_a_slow_import_waits_and_is_answered_anew(tmp_path: Path) -> None:
    files = {**SHOP, "prices.py": "import time\n\ntime.sleep(0.5)\n\n\ndef shown():\n    return 'one'\n"}

    with commanded(make(tmp_path / "shop", files), "--cold") as site:
        site.until(lambda: site.workers["standby"]["pid"], "the standby")
        site.replace("prices.py", "'one'", "'two'")
        site.until(lambda: site.workers["coming"], "the next worker")

        assert site.get("/price") == "two"


def test_a_websocket_whose_app_does_not_catch_its_end_is_ended_without_a_word(tmp_path: Path) -> None:
    files = {
        "main.py": """
            from starlette.applications import Starlette
            from starlette.routing import WebSocketRoute


            async def talk(websocket):
                await websocket.accept()
                while True:
                    await websocket.send_text(await websocket.receive_text() + " one")


            app = Starlette(routes=[WebSocketRoute("/talk", talk)])
            """
    }

    with commanded(make(tmp_path / "site", files), "--cold") as site:
        with connect(f"{site.url.replace('http', 'ws')}/talk") as socket:
            socket.send("hello")
            assert socket.recv() == "hello one"
            site.replace("main.py", " one", " two")
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert "WebSocketDisconnect" not in site.log()


def test_in_flight_requests_end_where_they_began(tmp_path: Path, mode: str) -> None:
    files = {
        **SHOP,
        "prices.py": """
            import anyio

            PRICE = "one"


            async def slowly(send):
                for _ in range(20):
                    await anyio.sleep(0.05)
                    await send(PRICE)


            def shown():
                return PRICE
            """,
        "streams.py": """
            import prices
            from main import app
            from starlette.responses import StreamingResponse
            from starlette.routing import Route


            async def stream(request):
                async def parts():
                    import anyio

                    word = prices.shown()
                    for _ in range(20):
                        await anyio.sleep(0.05)
                        yield word

                return StreamingResponse(parts(), media_type="text/plain")


            app.router.routes.append(Route("/stream", stream))
            """,
    }

    with commanded(make(tmp_path / "shop", files), mode, app="streams:app") as site:
        with httpx.stream("GET", f"{site.url}/stream") as answer:
            chunks = answer.iter_text()
            first = next(chunks)
            site.edit("prices.py", '"one"', '"two"')
            text = first + "".join(chunks)

        assert text == "one" * 20
        site.answers("/price", "two")

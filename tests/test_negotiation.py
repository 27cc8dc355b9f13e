"""A failure is told as whoever asks wants it: a browser, a program, curl, a page's script; to the developer alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_reload.shape import is_meant, page_shape, program_shape

from .pages import HTML
from .sites import Site, make, served_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

APP = """
    from fastapi import FastAPI
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
    from starlette.routing import Mount, Route

    from asgi_reload import ReloadMiddleware
    from prices import price


    async def shown(request):
        return PlainTextResponse(str(price(0)))


    async def told(request, error):
        return JSONResponse({"error": "ours"}, 500)


    async def drawn(request, error):
        return HTMLResponse("<!doctype html><title>ours</title>", 500)


    async def out_of_tea(request):
        return PlainTextResponse("out of tea", 500)


    async def bare(scope, receive, send):
        price(0)


    api = FastAPI()


    @api.get("/price")
    async def priced():
        return price(0)


    routes = [Route("/price", shown, methods=["GET", "DELETE"])]
    site = Starlette(
        routes=[
            *routes,
            Route("/tea", out_of_tea),
            Mount("/debug", Starlette(debug=True, routes=routes)),
            Mount("/api", api),
            Mount("/told", Starlette(routes=routes, exception_handlers={Exception: told})),
            Mount("/drawn", Starlette(routes=routes, exception_handlers={500: drawn})),
            Mount("/bare", bare),
        ]
    )
    app = ReloadMiddleware(site, editor="vscode")
    """
PRICES = """
    def price(coins):
        return 3 / coins
    """
ALL = ["/price", "/debug/price", "/api/price", "/told/price", "/drawn/price", "/bare/price"]
JSON = {"accept": "application/json"}
SCRIPT = {"accept": "*/*", "sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}
TITLE = "ZeroDivisionError: division by zero"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = make(tmp_path_factory.mktemp("shop"), {"main.py": APP, "prices.py": PRICES})
    with served_by("uvicorn-httptools", folder) as served:
        yield served


def asked(site: Site, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> httpx.Response:
    # Where an app raises, uvicorn closes the connection behind the answer.
    return site.client.request(method, path, headers={"accept": "*/*", "connection": "close", **(headers or {})})


@pytest.mark.parametrize("path", ["/price", "/api/price", "/told/price", "/bare/price"])
def test_a_browser_gets_a_page(site: Site, path: str) -> None:
    answer = asked(site, path, headers=HTML)

    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert f"<title>{TITLE}</title>" in answer.text
    assert "data-page=" in answer.text


@pytest.mark.parametrize("path", ["/price", "/debug/price", "/api/price", "/drawn/price", "/bare/price"])
@pytest.mark.parametrize("headers", [JSON, {**SCRIPT, **JSON}, {"accept": "application/json, text/plain, */*"}])
def test_who_asks_for_json_gets_json_and_no_html(site: Site, path: str, headers: dict[str, str]) -> None:
    answer = asked(site, path, headers=headers)

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/json")
    told = answer.json()
    assert set(told) == {"title", "detail", "traceback", "faults"}
    assert (told["title"], told["detail"]) == (TITLE, "prices.py, line 2, in price")
    frame = told["faults"][0]["frames"][0]
    assert frame["href"] == f"vscode://file{site.folder}/prices.py:2:12"
    assert "path" not in frame
    assert (frame["file"], frame["columns"]) == ("prices.py", [11, 20])
    assert frame["marks"][1] == [[4, 10, "keyword"], [11, 12, "number"]]


@pytest.mark.parametrize("path", ["/price", "/debug/price", "/api/price", "/bare/price"])
def test_a_program_gets_the_traceback_as_text(site: Site, path: str) -> None:
    answer = asked(site, path, headers={"accept": "*/*"})

    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/plain; charset=utf-8")
    lines = answer.text.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == TITLE
    assert f'  File "{site.folder}/prices.py", line 2, in price' in lines
    assert any("frames of" in line for line in lines) or path == "/bare/price"


def test_so_does_whoever_asks_with_another_method(site: Site) -> None:
    assert asked(site, "/price", method="DELETE").text.splitlines()[-1] == TITLE
    assert asked(site, "/price", headers=JSON, method="DELETE").json()["title"] == TITLE


@pytest.mark.parametrize("path", ["/told/price", "/drawn/price"])
def test_what_an_app_says_on_purpose_is_kept_for_programs(site: Site, path: str) -> None:
    assert "ours" in asked(site, path).text


def test_an_apps_own_json_is_kept_for_who_asks_for_json(site: Site) -> None:
    assert asked(site, "/told/price", headers=JSON).json() == {"error": "ours"}


@pytest.mark.parametrize("path", ALL)
def test_a_pages_own_script_hears_what_the_app_says(site: Site, path: str) -> None:
    answer = asked(site, path, headers=SCRIPT)

    assert answer.status_code == 500
    assert "x-asgi-reload" not in answer.headers or answer.headers["x-asgi-reload"] != "failed"
    debug = "Traceback" in answer.text
    assert debug == (path == "/debug/price")


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("headers", [JSON, {"accept": "*/*"}, HTML])
def test_nobody_else_is_told_what_failed(site: Site, path: str, headers: dict[str, str]) -> None:
    for foreign in ({"host": "shop.example"}, {"x-forwarded-for": "127.0.0.1"}):
        answer = asked(site, path, headers={**headers, **foreign})

        assert answer.status_code == 500
        assert "prices.py" not in answer.text or path == "/debug/price"
        assert answer.text in ("Internal Server Error", '{"error":"ours"}') or path[1] == "d"


@pytest.mark.parametrize("headers", [JSON, {"accept": "*/*"}, HTML])
def test_an_answer_of_500_without_an_exception_is_the_apps(site: Site, headers: dict[str, str]) -> None:
    assert asked(site, "/tea", headers=headers).text == "out of tea"


FIELDS = st.dictionaries(
    st.sampled_from([b"accept", b"sec-fetch-dest", b"sec-fetch-mode", b"x-asgi-reload-page"]),
    st.sampled_from(
        [b"*/*", b"text/html", b"application/json", b"text/html,application/json", b"document", b"empty", b""]
    ),
)


@given(FIELDS, st.sampled_from([b"", b"text/html; charset=utf-8", b"TEXT/PLAIN", b"application/problem+json"]))
def test_whatever_is_asked_no_script_of_a_browser_is_sent_text(fields: dict[bytes, bytes], media_type: bytes) -> None:
    shape = program_shape(fields)

    assert shape != "text" or not {b"sec-fetch-dest", b"sec-fetch-mode"} & fields.keys()
    assert not is_meant("patch", media_type)
    assert page_shape(fields) in ("page", "patch", "json")


def test_a_pages_own_script_that_deletes_hears_what_the_app_says_too(site: Site) -> None:
    assert asked(site, "/price", SCRIPT, method="DELETE").text == "Internal Server Error"

"""What other in-process reloaders get wrong: routes that go, models that change, and imports that raise half-way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .sites import Site, make, quickly_served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .programs.running import Zygote

FILES = {
    "main.py": """
        from asgi_reload import ReloadMiddleware
        from fastapi import FastAPI

        from models import Order
        import shop

        app = FastAPI()
        app.include_router(shop.router)
        kept = []


        @app.get("/first")
        async def first():
            kept.append(1)
            return {"first": len(kept)}


        @app.post("/orders")
        async def order(order: Order):
            return order


        @app.get("/last")
        async def last():
            return "last"


        app = ReloadMiddleware(app)
        """,
    "models.py": """
        from pydantic import BaseModel


        class Order(BaseModel):
            a: int = 1
        """,
    "shop.py": """
        from fastapi import APIRouter

        router = APIRouter()


        @router.get("/goods")
        async def goods():
            return "goods"


        @router.get("/prices")
        async def prices():
            return "prices"
        """,
}


@pytest.fixture
def site(zygote: Zygote, tmp_path: Path) -> Iterator[Site]:
    with quickly_served(zygote, make(tmp_path / "site", FILES)) as site:
        yield site


def statuses(site: Site, *paths: str) -> list[int]:
    return [site.client.get(path).status_code for path in paths]


def paths_in_the_document(site: Site) -> set[str]:
    return set(site.client.get("/openapi.json").json()["paths"])


@pytest.mark.parametrize(("file", "old", "new"), [("main.py", "/last", "/final"), ("shop.py", "/goods", "/wares")])
def test_a_renamed_route_answers_under_its_new_path_only(site: Site, file: str, old: str, new: str) -> None:
    assert site.edit(file, f'get("{old}")', f'get("{new}")')["rung"] == "re-execute"
    assert statuses(site, old, new) == [404, 200]
    assert {old, new} & paths_in_the_document(site) == {new}


@pytest.mark.parametrize(
    ("file", "path", "text"),
    [
        ("main.py", "/last", '@app.get("/last")\nasync def last():\n    return "last"\n\n\n'),
        ("shop.py", "/goods", '@router.get("/goods")\nasync def goods():\n    return "goods"\n\n\n'),
    ],
)
def test_a_deleted_route_is_gone(site: Site, file: str, path: str, text: str) -> None:
    assert site.edit(file, text, "")["rung"] == "re-execute"
    assert statuses(site, path, "/first", "/prices") == [404, 200, 200]
    assert path not in paths_in_the_document(site)


def test_a_changed_model_is_what_requests_are_checked_by(site: Site) -> None:
    assert site.edit("models.py", "a: int = 1", "a: int = 1\n    b: int = 5")["rung"] == "re-execute"

    assert site.client.post("/orders", json={"a": 2}).json() == {"a": 2, "b": 5}
    assert site.client.post("/orders", json={"b": "no number"}).status_code == 422
    document = site.client.get("/openapi.json").json()
    assert set(document["components"]["schemas"]["Order"]["properties"]) == {"a", "b"}


def test_an_import_that_raises_half_way_changes_nothing(site: Site) -> None:
    assert site.get("/first") == '{"first":1}'

    early = '@app.get("/early")\nasync def early():\n    return 1\n\n\n'
    outcome = site.edit("main.py", '@app.get("/last")', early + 'raise RuntimeError("half-way")\n\n\n@app.get("/last")')

    assert (outcome["rung"], outcome["reason"]) == ("failed", "RuntimeError: half-way")
    assert statuses(site, "/last", "/early") == [200, 404]
    assert site.get("/first") == '{"first":2}', "the module that was there is the one that is there"


def test_an_import_that_raised_half_way_is_made_good_by_the_next_save(site: Site) -> None:
    assert site.edit("shop.py", '@router.get("/prices")', '1 / 0\n@router.get("/costs")')["rung"] == "failed"
    assert statuses(site, "/goods", "/prices", "/costs") == [200, 200, 404]

    assert site.edit("shop.py", "1 / 0\n", "")["rung"] == "re-execute"
    assert statuses(site, "/goods", "/prices", "/costs") == [200, 404, 200]

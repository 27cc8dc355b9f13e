"""A project of 100 modules, as a shop of some age might be: FastAPI, SQLAlchemy, and a leaf that much else uses.

Written out as text, since it is what the benchmarks of Python edits save over. Two places are edited: the body of a
helper at the very end of the imports, and the body of one of the hundred routes in `main.py`.
"""

from __future__ import annotations

from typing import Final

MODELS: Final = 20
SERVICES: Final = 25
ROUTES: Final = 100
LEAF: Final = "shop/helpers/text.py"
MAIN: Final = "main.py"

PLURAL = """

def plural(n: int) -> str:
    return "" if n == 1 else "s"
"""
DATABASE = """
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    pass
"""
MONEY = """
from decimal import Decimal


def cents(amount: str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def with_tax(amount: Decimal, percent: int = 19) -> Decimal:
    return amount + amount * percent / 100
"""
MODEL = """
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.database import Base


class Item{n}(Base):
    __tablename__ = "item_{n}"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=0)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item_{parent}.id"))

    def title(self) -> str:
        return f"{{self.name}} ({{self.price}})"
"""
SCHEMA = """
from decimal import Decimal

from pydantic import BaseModel, Field, field_validator


class Item{n}In(BaseModel):
    name: str = Field(min_length=1, max_length=80)
    price: Decimal = Decimal(0)

    @field_validator("name")
    @classmethod
    def strip(cls, value: str) -> str:
        return value.strip()


class Item{n}Out(Item{n}In):
    id: int
    label: str
"""
SERVICE = """
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.helpers import money
from shop.helpers.text import label
from shop.models.m{m:02} import Item{m}
from shop.schemas.s{m:02} import Item{m}In, Item{m}Out
{previous}

MINIMUM = money.cents("{n}.5")


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Item{m})) or 0


def create(session: Session, given: Item{m}In) -> Item{m}Out:
    item = Item{m}(name=given.name, price=max(given.price, MINIMUM))
    session.add(item)
    session.flush()
    return Item{m}Out(id=item.id, name=item.name, price=item.price, label=describe(item.name))


def describe(name: str) -> str:
    return label(name.title())


def total(session: Session) -> Decimal:
    prices = session.scalars(select(Item{m}.price))
    return money.with_tax(sum(prices, Decimal(0)))
"""
ROUTER = """
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from shop.database import Session as new_session
from shop.schemas.s{m:02} import Item{m}In, Item{m}Out
from shop.services import v{n:02} as service

router = APIRouter(prefix="/items/{n}", tags=["items {n}"])


def session():
    with new_session() as opened:
        yield opened


Opened = Annotated[Session, Depends(session)]


@router.get("/count")
def count(opened: Opened) -> int:
    return service.count(opened)


@router.get("/total")
def total(opened: Opened) -> str:
    return str(service.total(opened))


@router.get("/described/{{name}}")
async def described(name: str) -> str:
    return service.describe(name)


@router.post("")
def create(opened: Opened, given: Item{m}In) -> Item{m}Out:
    return service.create(opened, given)
"""
HEAD = """
from contextlib import asynccontextmanager

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse

from shop.database import Base, engine
from shop.helpers.text import label
from shop.routers import {routers}


@asynccontextmanager
async def lifespan(app: FastAPI):
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="shop", lifespan=lifespan)
for router in ({routers}):
    app.include_router(router.router)


@app.get("/label")
async def shown() -> str:
    return r00.service.describe("leaf")


def script(request: Request) -> str:
    return ""


@app.get("/", response_class=HTMLResponse)
async def page(request: Request) -> str:
    text = r00.service.describe("leaf")
    body = f'<p id="probe">{{text}}</p>{{script(request)}}'
    return f"<!doctype html><html><head><title>shop</title></head><body>{{body}}</body></html>"
"""
ROUTE = """

@app.get("/page/{n}")
async def page_{n}(limit: int = Query(10, le=100), q: str | None = None) -> dict[str, str | int]:
{body}"""


def leaf(version: int) -> str:
    """The helper, in one of the ways that somebody at work on it might leave it."""
    bodies = (
        f'    return f"{{name}} v{version};"\n',
        f'    text = " ".join([name.strip(), "v{version};"])\n    return text\n',
        f'    if not name:\n        return "v{version};"\n    return name + " v{version};"\n',
    )
    return f"def label(name: str) -> str:\n{bodies[version % 3]}{PLURAL}"


def main(version: int, tail: str = "") -> str:
    """`main.py`; of its hundred routes one is being worked on."""
    routers = ", ".join(f"r{n:02}" for n in range(SERVICES))
    bodies = (
        f'    return {{"text": label(q or "r{version};"), "limit": limit}}\n',
        f'    text = label(q or "r{version};")\n    return {{"limit": limit, "text": text}}\n',
    )
    old = '    return {"text": label(q or "route"), "limit": limit}\n'
    routes = [ROUTE.format(n=n, body=bodies[version % 2] if n == ROUTES // 2 else old) for n in range(ROUTES - 2)]
    return HEAD.format(routers=routers).lstrip("\n") + "".join(routes) + tail


def files(tail: str = "") -> dict[str, str]:
    """Path and text of every module; `tail` stands at the end of `main.py`."""
    found = {MAIN: main(0, tail), LEAF: leaf(0), "shop/database.py": DATABASE, "shop/helpers/money.py": MONEY}
    found |= {
        f"shop/{name}__init__.py": "" for name in ("", "helpers/", "models/", "schemas/", "services/", "routers/")
    }

    for n in range(MODELS):
        found[f"shop/models/m{n:02}.py"] = MODEL.format(n=n, parent=max(n - 1, 0))
        found[f"shop/schemas/s{n:02}.py"] = SCHEMA.format(n=n)
    for n in range(SERVICES):
        previous = f"from shop.services import v{n - 1:02}  # noqa: F401" if n else ""
        found[f"shop/services/v{n:02}.py"] = SERVICE.format(n=n, m=n % MODELS, previous=previous)
        found[f"shop/routers/r{n:02}.py"] = ROUTER.format(n=n, m=n % MODELS)
    return {name: text.lstrip("\n") for name, text in found.items()}

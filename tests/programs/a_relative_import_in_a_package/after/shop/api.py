from fastapi import APIRouter

from . import prices
from .prices import rate

router = APIRouter()


@router.get("/")
def index():
    return [rate(), prices.LIMIT]


@router.get("/limit" + str(prices.LIMIT))
def limit():
    return prices.LIMIT

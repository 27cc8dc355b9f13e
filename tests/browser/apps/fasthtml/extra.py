from fasthtml.common import APIRouter

ar = APIRouter(prefix="/extra")


@ar("/old")
def old():
    return "extra"

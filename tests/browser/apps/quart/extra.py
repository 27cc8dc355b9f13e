from quart import Blueprint

extra = Blueprint("extra", __name__)


@extra.get("/old")
async def old():
    return "extra"

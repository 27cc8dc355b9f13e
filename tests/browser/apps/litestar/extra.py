from litestar import Router, get


@get("/old")
async def old() -> str:
    return "extra"


extra_router = Router("/extra", route_handlers=[old])

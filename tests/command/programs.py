"""Small projects for the command, each a mapping of file names to texts."""

from __future__ import annotations

SHOP = {
    "main.py": """
        import os
        from contextlib import asynccontextmanager

        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, PlainTextResponse
        from starlette.routing import Route

        import prices

        HITS = []


        @asynccontextmanager
        async def lifespan(app):
            print(f"started {os.getpid()}", flush=True)
            yield {"greeting": "hello"}
            print(f"stopped {os.getpid()}", flush=True)


        async def home(request):
            return HTMLResponse("<!doctype html><title>Shop</title><p id=price>" + prices.shown())


        async def price(request):
            return PlainTextResponse(prices.shown())


        async def pid(request):
            return PlainTextResponse(str(os.getpid()))


        async def hit(request):
            HITS.append(1)
            return PlainTextResponse(str(len(HITS)))


        async def greeting(request):
            return PlainTextResponse(request.state.greeting)


        app = Starlette(
            routes=[
                Route("/", home),
                Route("/price", price),
                Route("/pid", pid),
                Route("/hit", hit),
                Route("/greeting", greeting),
            ],
            lifespan=lifespan,
        )
        """,
    "prices.py": """
        PRICE = 1


        def shown():
            return f"{PRICE} coins"
        """,
}

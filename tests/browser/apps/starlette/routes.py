import extra
from endpoints import Home, state
from starlette.routing import Mount, Route

routes = [
    Route("/", Home, name="home"),
    Route("/state", state),
    Mount("/extra", routes=extra.routes),
]

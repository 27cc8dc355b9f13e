from pathlib import Path

from controllers import PageController, state
from dependencies import provide_visitor
from extra import extra_router
from litestar import Litestar
from litestar.contrib.jinja import JinjaTemplateEngine
from litestar.di import Provide
from litestar.template.config import TemplateConfig

from asgi_reload import ReloadMiddleware

app = Litestar(
    route_handlers=[PageController, state, extra_router],
    dependencies={"visitor": Provide(provide_visitor)},
    template_config=TemplateConfig(directory=Path("templates"), engine=JinjaTemplateEngine),
)
app = ReloadMiddleware(app)

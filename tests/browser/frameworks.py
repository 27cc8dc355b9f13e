"""One small app for each framework, in several modules as its people write them, and the edits that are made to it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .site import Site

APPS: Final = Path(__file__).parent / "apps"


@dataclass(frozen=True, slots=True)
class Edit:
    """One save: this text in that file becomes another."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Framework:
    """An app and where its parts are. `parts`: what a paragraph of the page shows, and the file that says it.

    reshaped: edits after which the handler shows `Handler 7`, by more than other bodies.
    added, renamed: a route `/added`, and `/extra/renamed` in place of `/extra/old`.
    removed: edits that let go of what `extra` lists, which is then deleted.
    """

    name: str
    parts: dict[str, str]
    reshaped: tuple[Edit, ...]
    added: Edit
    renamed: Edit
    removed: tuple[Edit, ...]
    extra: str = "extra.py"
    app: str = "main:app"

    @property
    def handlers(self) -> str:
        return self.parts["handler"]


@dataclass
class FrameworkSite(Site):
    """The folder of such an app, copied."""

    framework: Framework = field(kw_only=True)

    def __post_init__(self) -> None:
        self.app = self.framework.app
        shutil.copytree(APPS / self.framework.name, self.folder)

    def edit(self, *edits: Edit) -> None:
        """Save these, each file once."""
        texts: dict[str, str] = {}

        for edit in edits:
            text = texts.get(edit.file) or (self.folder / edit.file).read_text()
            assert edit.old in text, f"{edit.file} does not contain {edit.old!r}"
            texts[edit.file] = text.replace(edit.old, edit.new)
        for file, text in texts.items():
            (self.folder / file).write_text(text)


FASTAPI: Final = Framework(
    "fastapi",
    {
        "handler": "routers/pages.py",
        "model": "models.py",
        "dependency": "dependencies.py",
        "settings": "config.py",
    },
    reshaped=(
        Edit("dependencies.py", "Visitor =", "def number() -> int:\n    return 7\n\n\nVisitor ="),
        Edit("routers/pages.py", "import Visitor", "import Visitor, number"),
        Edit("routers/pages.py", "visitor: Visitor, ", "visitor: Visitor, number: int = Depends(number), "),
        Edit("routers/pages.py", '"Handler one"', 'f"Handler {number}"'),
    ),
    added=Edit(
        "routers/pages.py",
        '@router.get("/state")',
        '@router.get("/added")\ndef added():\n    return 1\n\n\n@router.get("/state")',
    ),
    renamed=Edit("routers/extra.py", '"/old"', '"/renamed"'),
    removed=(
        Edit("main.py", "import extra, pages", "import pages"),
        Edit("main.py", 'app.include_router(extra.router, prefix="/extra")\n', ""),
    ),
    extra="routers/extra.py",
)
STARLETTE: Final = Framework(
    "starlette",
    {
        "handler": "endpoints.py",
        "model": "models.py",
        "dependency": "middleware.py",
        "settings": "settings.py",
    },
    reshaped=(
        Edit("endpoints.py", "class Home(HTTPEndpoint):\n", "class Home(HTTPEndpoint):\n    number = 7\n\n"),
        Edit("endpoints.py", '"Handler one"', 'f"Handler {self.number}"'),
    ),
    added=Edit("routes.py", 'Route("/state", state),', 'Route("/state", state),\n    Route("/added", Home),'),
    renamed=Edit("extra.py", '"/old"', '"/renamed"'),
    removed=(
        Edit("routes.py", "import extra\n", ""),
        Edit("routes.py", '    Mount("/extra", routes=extra.routes),\n', ""),
    ),
)
LITESTAR: Final = Framework(
    "litestar",
    {
        "handler": "controllers.py",
        "model": "models.py",
        "dependency": "dependencies.py",
        "settings": "settings.py",
    },
    reshaped=(
        Edit("controllers.py", "visitor: str)", "visitor: str, number: int = 7)"),
        Edit("controllers.py", '"Handler one"', 'f"Handler {number}"'),
    ),
    added=Edit(
        "controllers.py",
        '    @get("/note")',
        '    @get("/added")\n    async def added(self) -> int:\n        return 1\n\n    @get("/note")',
    ),
    renamed=Edit("extra.py", '"/old"', '"/renamed"'),
    removed=(
        Edit("main.py", "from extra import extra_router\n", ""),
        Edit("main.py", ", extra_router]", "]"),
    ),
)
QUART: Final = Framework(
    "quart",
    {
        "handler": "views.py",
        "model": "models.py",
        "dependency": "visitors.py",
        "settings": "settings.py",
    },
    reshaped=(
        Edit("views.py", '@pages.get("/")\n', '@pages.get("/", defaults={"number": 7})\n'),
        Edit("views.py", "def home():", "def home(number):"),
        Edit("views.py", '"Handler one"', 'f"Handler {number}"'),
    ),
    added=Edit(
        "views.py",
        '@pages.get("/state")',
        '@pages.get("/added")\nasync def added():\n    return "1"\n\n\n@pages.get("/state")',
    ),
    renamed=Edit("extra.py", '"/old"', '"/renamed"'),
    removed=(
        Edit("main.py", "from extra import extra\n", ""),
        Edit("main.py", 'app.register_blueprint(extra, url_prefix="/extra")\n', ""),
    ),
)
DJANGO: Final = Framework(
    "django",
    {"handler": "pages/views.py", "model": "pages/models.py", "dependency": "pages/middleware.py"},
    reshaped=(
        Edit("pages/urls.py", '"", views.home,', '"", views.home, {"number": 7},'),
        Edit("pages/views.py", "def home(request):", "def home(request, number):"),
        Edit("pages/views.py", '"Handler one"', 'f"Handler {number}"'),
    ),
    added=Edit(
        "pages/urls.py",
        'path("state", views.state),',
        'path("state", views.state),\n    path("added", lambda request: views.render(request, "page.html")),',
    ),
    renamed=Edit("extra/urls.py", '"old"', '"renamed"'),
    removed=(Edit("mysite/urls.py", '    path("extra/", include("extra.urls")),\n', ""),),
    extra="extra/urls.py",
    app="mysite.asgi:application",
)
FASTHTML: Final = Framework(
    "fasthtml",
    {
        "handler": "main.py",
        "model": "models.py",
        "dependency": "visitors.py",
        "settings": "settings.py",
    },
    reshaped=(
        Edit("main.py", "def get(request):", "def get(request, number: int = 7):"),
        Edit("main.py", '"Handler one"', 'f"Handler {number}"'),
    ),
    added=Edit("main.py", '@rt("/state")', '@rt("/added")\ndef added():\n    return "1"\n\n\n@rt("/state")'),
    renamed=Edit("extra.py", '"/old"', '"/renamed"'),
    removed=(Edit("main.py", "from extra import ar\n", ""), Edit("main.py", "ar.to_app(app)\n", "")),
)
FRAMEWORKS: Final = (FASTAPI, STARLETTE, LITESTAR, QUART, DJANGO, FASTHTML)

"""The page at the prefix itself: a document without a word of the project; its script asks for everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .html.dashboard_page import dashboard_page
from .replies import Reply

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    b"require-trusted-types-for 'script'; trusted-types 'none'"
)
HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Answers with the page. `prefix`, `client`, `token`, `boot`: as pages get them in their tag."""

    prefix: str
    client: str
    token: str
    boot: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        base = scope.get("root_path", "").rstrip("/") + self.prefix
        page = dashboard_page(base=base, client=f"{base}/{self.client}", token=self.token, boot=self.boot)
        policy = (b"content-security-policy", POLICY)
        await Reply(200, page.encode("ascii", "xmlcharrefreplace"), HTML, (policy,)).send(scope, send)

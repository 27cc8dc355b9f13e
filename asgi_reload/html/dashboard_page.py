"""The document of the dashboard: what its script needs to begin. Text in, HTML out."""

from __future__ import annotations

from html import escape


def dashboard_page(*, base: str, client: str, token: str, boot: str) -> str:
    """The page. base: where our routes are; client: where the client's files are."""
    data = "".join(
        f' data-{name}="{escape(value)}"'
        for name, value in {"base": base, "client": client, "token": token, "boot": boot}.items()
    )
    return (
        f'<!doctype html><html lang="en"{data}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>asgi-reload</title>'
        f'<script type="module" src="{escape(client)}/dashboard/main.js"></script></head><body></body></html>'
    )

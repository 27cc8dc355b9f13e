"""The dashboard's document: nothing in it runs, and nothing that it is given becomes markup."""

from __future__ import annotations

import html5lib
import pytest

from asgi_reload.html.dashboard_page import dashboard_page

PREFIX = "{http://www.w3.org/1999/xhtml}"


def elements(text: str) -> list[tuple[str, dict[str, str]]]:
    """Name and attributes of every element, as a browser reads the document."""
    tree = html5lib.HTMLParser(strict=True).parse(text)
    return [(one.tag.removeprefix(PREFIX), dict(one.attrib)) for one in tree.iter() if isinstance(one.tag, str)]


def page(base: str = "/__reload__", client: str = "/__reload__/client/1", token: str = "t", boot: str = "b") -> str:
    return dashboard_page(base=base, client=client, token=token, boot=boot)


def test_nothing_runs_in_the_document_itself() -> None:
    found = elements(page())

    (script,) = (attributes for name, attributes in found if name == "script")
    assert script == {"type": "module", "src": "/__reload__/client/1/dashboard/main.js"}
    assert not [name for name, _ in found if name == "style"]
    assert not [key for _, attributes in found for key in attributes if key == "style" or key.startswith("on")]


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("/sub/__reload__", "/sub/__reload__"),
        ("//evil.test/__reload__", "/evil.test/__reload__"),
        ('/"><script>/__reload__', "/%22%3E%3Cscript%3E/__reload__"),
        ("/é/__reload__", "/%C3%A9/__reload__"),
    ],
)
def test_a_mount_is_a_path_and_nothing_else(base: str, shown: str) -> None:
    meta = next(attributes for _, attributes in elements(page(base)) if attributes.get("name") == "asgi-reload")

    assert meta["data-base"] == shown


def test_what_it_is_given_stays_in_its_attribute() -> None:
    found = elements(page(token='"><img src=x onerror=alert(1)>'))

    assert "img" not in [name for name, _ in found]
    assert len(found) == len(elements(page()))

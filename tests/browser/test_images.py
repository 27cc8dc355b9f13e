"""Saving an image shows it anew wherever a page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .site import is_same_document, mark, on_screen, status, wait, wait_for_outcome

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
    '<rect id="a" width="100%" height="100%" fill="{fill}"/></svg>'
)

PLACES = {
    "img": '<img id=it src="/static/a.svg">',
    "srcset": '<img id=it src="/static/b.svg" srcset="/static/a.svg 1x, /static/c.svg?v=1 2x">',
    "picture": '<picture><source srcset="/static/a.svg"><img id=it src="/static/b.svg"></picture>',
    "input": '<input id=it type=image src="/static/a.svg" alt="">',
    "poster": '<video id=it poster="/static/a.svg"></video>',
    "inline style": '<div id=it style="background: url(/static/a.svg); width: 40px; height: 40px"></div>',
    "stylesheet": '<link rel=stylesheet href="/static/main.css"><div id=it class=logo></div>',
    "svg image": '<svg id=it width=40 height=40><image href="/static/a.svg" width=40 height=40 /></svg>',
    "svg use": '<svg id=it width=40 height=40><use href="/static/a.svg#a" /></svg>',
    "shadow root": '<div id=it><template shadowrootmode=open><img src="/static/a.svg"></template></div>',
}


def put(site: Site, fill: str = "red", size: int = 40) -> None:
    site.write("static/a.svg", SVG.format(fill=fill, size=size))


def middle(page: Page) -> bytes:
    """What is on the screen where the image is."""
    return page.locator("#it").screenshot(animations="disabled")


@pytest.mark.parametrize("place", PLACES)
def test_an_image_is_shown_anew(site: Site, page: Page, place: str) -> None:
    put(site)
    for name, fill in (("b", "black"), ("c", "black")):
        site.write(f"static/{name}.svg", SVG.format(fill=fill, size=40))
    site.write("static/main.css", ".logo { background: url(a.svg); width: 40px; height: 40px }")
    site.write("templates/index.html", f"<!doctype html><title>Test</title><body>{PLACES[place]}")
    site.start().visit(page)
    page.wait_for_load_state("load")
    mark(page)
    before = middle(page)

    put(site, "green")

    wait_for_outcome(page, "applied")
    wait(page, "new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve(1))))")
    assert middle(page) != before
    assert is_same_document(page)


def test_an_icon_is_asked_for_again(site: Site, page: Page) -> None:
    put(site)
    site.write("templates/index.html", '<!doctype html><link rel="shortcut icon" href="/static/a.svg"><title>T</title>')
    site.start().visit(page)

    put(site, "green")

    wait_for_outcome(page, "applied")
    assert "asgi-reload=" in page.evaluate("document.querySelector('link').href")


def test_nothing_flickers(site: Site, page: Page) -> None:
    put(site)
    site.write("templates/index.html", '<!doctype html><title>Test</title><img src="/static/a.svg">')
    site.start().visit(page)
    page.evaluate(
        """() => {
            window.sizes = new Set();
            const look = () => {
                window.sizes.add(document.images[0].getBoundingClientRect().width);
                requestAnimationFrame(look);
            };
            look();
        }"""
    )

    put(site, "green", 60)

    wait(page, "document.images[0].naturalWidth === 60")
    assert set(page.evaluate("[...window.sizes]")) <= {40, 60}


def test_only_the_candidate_that_changed_is_rewritten(site: Site, page: Page) -> None:
    put(site)
    site.write("templates/index.html", f"<!doctype html><title>Test</title><body>{PLACES['srcset']}")
    site.start().visit(page)

    put(site, "green")

    wait_for_outcome(page, "applied")
    first, second = page.evaluate("document.images[0].srcset").split(", ")
    assert first.partition("?asgi-reload=")[0] == "/static/a.svg"
    assert first.endswith(" 1x")
    assert second == "/static/c.svg?v=1 2x"


def test_an_image_that_is_gone_stays_on_the_screen(site: Site, page: Page) -> None:
    put(site)
    site.write("templates/index.html", f"<!doctype html><title>Test</title><body>{PLACES['img']}")
    site.start().visit(page)
    before = middle(page)

    (site.folder / "static/a.svg").unlink()
    wait_for_outcome(page, "failed")

    assert "a.svg could not be loaded" in on_screen(page)
    assert middle(page) == before

    put(site, "green")
    wait_for_outcome(page, "applied")
    assert status(page)["failure"] is None
    assert middle(page) != before


def test_a_page_without_the_image_is_left_alone(site: Site, page: Page) -> None:
    put(site)
    site.write("templates/index.html", "<!doctype html><title>Test</title><img src='/static/other.svg' alt=''>")
    site.start().visit(page)

    put(site, "green")

    assert wait_for_outcome(page, "nothing")["detail"] == "no image of this page"

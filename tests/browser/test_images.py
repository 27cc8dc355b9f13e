"""Saving an image shows it anew wherever a page shows it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from .site import is_same_document, mark, on_screen, status, wait, wait_for_outcome

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
    '<rect id="a" width="100%" height="100%" fill="{fill}"/></svg>'
)

BOX = "width: 40px; height: 40px"
PLACES = {
    "img": '<img src="/static/a.svg">',
    "srcset": '<img src="/static/b.svg" srcset="/static/a.svg 1x, /static/c.svg?v=1 2x">',
    "picture": '<picture><source srcset="/static/a.svg"><img src="/static/b.svg"></picture>',
    "input": '<input type=image src="/static/a.svg" alt="">',
    "poster": '<video poster="/static/a.svg" width=40 height=40></video>',
    "style": f'<div style="background: url(/static/a.svg); {BOX}"></div>',
    "sheet": "<div class=logo></div>",
    "image": '<svg width=40 height=40><image href="/static/a.svg" width=40 height=40 /></svg>',
    "use": '<svg width=40 height=40><use href="/static/a.svg#a" /></svg>',
    "shadow": '<template shadowrootmode=open><img src="/static/a.svg"></template>',
}


def put(site: Site, fill: str = "red", size: int = 40) -> None:
    site.write("static/a.svg", SVG.format(fill=fill, size=size))


def colour(page: Page, place: str) -> str:
    """What is on the screen in the middle of a place."""
    picture = base64.b64encode(page.locator(f"#{place}").screenshot()).decode()
    shade: str = page.evaluate(
        """async picture => {
            const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
            const context = new OffscreenCanvas(40, 40).getContext("2d");
            context.drawImage(bitmap, 0, 0);
            return String(context.getImageData(20, 20, 1, 1).data.slice(0, 3));
        }""",
        picture,
    )
    return shade


def test_an_image_is_shown_anew_wherever_it_is_shown(site: Site, page: Page) -> None:
    put(site)
    for name in ("b", "c"):
        site.write(f"static/{name}.svg", SVG.format(fill="black", size=40))
    site.write("static/main.css", f".logo {{ background: url(a.svg); {BOX} }}")
    places = "".join(f'<div id="{name}" style="{BOX}; overflow: hidden">{html}</div>' for name, html in PLACES.items())
    head = '<!doctype html><title>Test</title><link rel="stylesheet" href="/static/main.css">'
    site.write("templates/index.html", f"{head}<body>{places}")
    site.start().visit(page)
    page.wait_for_load_state("load")
    mark(page)
    assert {place: colour(page, place) for place in PLACES} == dict.fromkeys(PLACES, "255,0,0")

    put(site, "green")
    wait_for_outcome(page, "applied")

    assert {place: colour(page, place) for place in PLACES} == dict.fromkeys(PLACES, "0,128,0")
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
    site.write("templates/index.html", f"<!doctype html><title>Test</title><body><div id=it>{PLACES['img']}</div>")
    site.start().visit(page)

    (site.folder / "static/a.svg").unlink()
    wait_for_outcome(page, "failed")

    assert "a.svg could not be loaded" in on_screen(page)
    assert colour(page, "it") == "255,0,0"

    put(site, "green")
    wait_for_outcome(page, "applied")
    assert status(page)["failure"] is None
    assert colour(page, "it") == "0,128,0"


def test_a_page_without_the_image_is_left_alone(site: Site, page: Page) -> None:
    put(site)
    site.write("templates/index.html", "<!doctype html><title>Test</title><img src='/static/other.svg' alt=''>")
    site.start().visit(page)

    put(site, "green")

    assert wait_for_outcome(page, "nothing")["detail"] == "no image of this page"

"""Saving a stylesheet swaps it in the page, and the page does not notice otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .site import is_same_document, mark, on_screen, status, style_of, wait, wait_for_outcome, wait_for_style

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from .site import Site

RED, GREEN, BLUE = "rgb(255, 0, 0)", "rgb(0, 128, 0)", "rgb(0, 0, 255)"


def document(head: str, body: str = "<h1>Hello</h1><p>Text</p>") -> str:
    return f"<!doctype html><html lang=en><head><title>Test</title>{head}</head><body>{body}</body></html>"


def hrefs(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('link[rel~=stylesheet]')].map(l => new URL(l.href).pathname)"
    )
    return found


def test_a_stylesheet_is_swapped_and_everything_else_stays(site: Site, page: Page) -> None:
    site.write("static/main.css", "h1 { color: red } body { height: 3000px }")
    site.write("static/other.css", "p { color: blue }")
    site.write(
        "templates/index.html",
        document(
            '<link rel="stylesheet" href="/static/main.css"><link rel="stylesheet" href="/static/other.css">',
            "<h1>Hello</h1><p>Text</p><input id=name><details><summary>More</summary>text</details>",
        ),
    )
    site.start().visit(page)
    mark(page)
    page.click("summary")
    page.fill("#name", "typed")
    page.evaluate("document.querySelector('#name').setSelectionRange(1, 3)")
    page.evaluate("scrollTo(0, 50)")
    page.evaluate("window.other = document.querySelectorAll('link')[1]")

    site.replace("static/main.css", "red", "green")

    wait_for_style(page, "h1", "color", GREEN)
    wait_for_outcome(page, "applied")
    assert "css main.css" in on_screen(page)
    assert is_same_document(page)
    assert page.input_value("#name") == "typed"
    assert page.evaluate("document.activeElement.id") == "name"
    assert page.evaluate("document.querySelector('#name').selectionStart") == 1
    assert page.evaluate("document.querySelector('details').open")
    assert page.evaluate("scrollY") == 50
    assert page.evaluate("window.other.isConnected"), "a sheet that did not change was touched"
    assert hrefs(page) == ["/static/main.css", "/static/other.css"], "the order changed"


def test_nothing_is_unstyled_while_the_new_sheet_loads(site: Site, page: Page) -> None:
    site.write("static/main.css", "h1 { color: red }")
    site.write("templates/index.html", document('<link rel="stylesheet" href="/static/main.css">'))
    site.start().visit(page)
    page.evaluate(
        """() => {
            window.colours = new Set();
            const look = () => {
                window.colours.add(getComputedStyle(document.querySelector("h1")).color);
                requestAnimationFrame(look);
            };
            look();
        }"""
    )

    site.replace("static/main.css", "red", "green")

    wait_for_style(page, "h1", "color", GREEN)
    assert page.evaluate("[...window.colours]") in ([RED], [RED, GREEN])


def test_only_the_longest_suffix_is_swapped(site: Site, page: Page) -> None:
    for name, colour in (("a", "red"), ("b", "blue")):
        (site.folder / "static" / name).mkdir()
        site.write(f"static/{name}/main.css", f"h1 {{ --{name}: {colour} }}")
    links = "".join(f'<link rel="stylesheet" href="/static/{name}/main.css">' for name in "ab")
    site.write("templates/index.html", document(links))
    site.start().visit(page)
    page.evaluate("window.links = [...document.querySelectorAll('link')]")

    site.replace("static/b/main.css", "blue", "green")

    wait_for_outcome(page, "applied")
    assert page.evaluate("window.links.map(link => link.isConnected)") == [True, False]


def test_a_hashed_name_is_the_same_file(site: Site, page: Page) -> None:
    site.write("static/main.css", "h1 { color: red }")
    site.write("static/plain.css", "")
    links = '<link rel="stylesheet" href="/hashed/main.3f2a9c41.css"><link rel="stylesheet" href="/static/plain.css">'
    site.write("templates/index.html", document(links))
    site.replace(
        "main.py",
        "    Mount(",
        """    Route("/hashed/main.3f2a9c41.css", lambda _: FileResponse("static/main.css")),
    Mount(""",
    )
    site.start().visit(page)
    page.evaluate("window.links = [...document.querySelectorAll('link')]")

    site.replace("static/main.css", "red", "green")

    wait_for_style(page, "h1", "color", GREEN)
    assert page.evaluate("window.links.map(link => link.isConnected)") == [False, True]


def test_what_fits_no_link_refreshes_every_sheet(site: Site, page: Page) -> None:
    site.write("static/parts.css", "h1 { color: red }")
    site.replace(
        "main.py",
        "    Mount(",
        """    Route("/built/bundle", lambda _: FileResponse("static/parts.css")),
    Mount(""",
    )
    site.write("templates/index.html", document('<link rel="stylesheet" href="/built/bundle">'))
    site.start().visit(page)

    site.replace("static/parts.css", "red", "green")

    wait_for_style(page, "h1", "color", GREEN)


def test_media_title_integrity_and_disabled_are_respected(site: Site, page: Page) -> None:
    site.write("static/main.css", "h1 { color: red }")
    site.write("static/never.css", "h1 { color: blue }")
    # sha256 of an empty file: a stale digest must not keep the sheet out
    links = """
        <link rel="stylesheet" href="/static/main.css" media="screen" id="main">
        <link rel="stylesheet" href="/static/never.css" media="print">
        <link rel="stylesheet" href="/static/never.css" disabled>
        <link rel="alternate stylesheet" title="Night" href="/static/never.css">
        <link rel="preload" as="style" href="/static/never.css">
    """
    site.write("templates/index.html", document(links))
    site.start().visit(page)
    page.evaluate("document.getElementById('main').setAttribute('integrity', 'sha256-stale')")

    site.replace("static/main.css", "red", "green")
    wait_for_style(page, "h1", "color", GREEN)
    site.replace("static/never.css", "color: blue", "color: black")
    wait(page, "asgiReload.status().pill.join().includes('never.css')")

    assert style_of(page, "h1", "color") == GREEN
    assert page.evaluate("document.getElementById('main').media") == "screen"
    assert page.evaluate("[...document.querySelectorAll('link')].map(l => [l.rel, l.media, l.title, l.disabled])") == [
        ["stylesheet", "screen", "", False],
        ["stylesheet", "print", "", False],
        ["stylesheet", "", "", True],
        ["alternate stylesheet", "", "Night", False],
        ["preload", "", "", False],
    ]


def test_layers_keep_their_order(site: Site, page: Page) -> None:
    site.write("static/base.css", "@layer base { h1 { color: red } }")
    site.write("static/theme.css", "@layer theme { h1 { color: blue } }")
    links = '<link rel="stylesheet" href="/static/base.css"><link rel="stylesheet" href="/static/theme.css">'
    site.write("templates/index.html", document(links))
    site.start().visit(page)

    site.replace("static/base.css", "color: red", "color: green; font-style: italic")

    wait_for_style(page, "h1", "fontStyle", "italic")
    assert style_of(page, "h1", "color") == BLUE


def test_imported_sheets_are_renewed_through_whoever_imports_them(site: Site, page: Page) -> None:
    site.write("static/main.css", '@import "parts/deep.css";')
    (site.folder / "static/parts").mkdir()
    site.write("static/parts/deep.css", '@import url("deeper.css") layer(deep);')
    site.write("static/parts/deeper.css", "h1 { color: red }")
    site.write("static/inline.css", "p { color: red }")
    head = '<link rel="stylesheet" href="/static/main.css"><style>@import "/static/inline.css";</style>'
    site.write("templates/index.html", document(head))
    # The app's own caching is no excuse.
    site.replace("main.py", 'StaticFiles(directory="static")', "Cached()")
    site.replace(
        "main.py",
        "HEADERS:",
        """
class Cached(StaticFiles):
    def __init__(self) -> None:
        super().__init__(directory="static")

    def file_response(self, *args, **kwargs):
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "max-age=3600"
        return response


HEADERS:""",
    )
    site.start().visit(page)
    mark(page)

    site.replace("static/parts/deeper.css", "red", "green")
    wait_for_style(page, "h1", "color", GREEN)
    site.replace("static/inline.css", "red", "green")
    wait_for_style(page, "p", "color", GREEN)

    assert is_same_document(page)


def test_sheets_in_shadow_roots_are_swapped(site: Site, page: Page) -> None:
    site.write("static/card.css", "b { color: red }")
    body = """
        <x-card><template shadowrootmode="open">
        <link rel="stylesheet" href="/static/card.css"><b>Text</b></template></x-card>
    """
    site.write("templates/index.html", document("", body))
    site.start().visit(page)

    site.replace("static/card.css", "red", "green")

    wait_for_outcome(page, "applied")
    assert style_of(page, "x-card b", "color") == GREEN


ADOPT = """
    <script>
      addEventListener("load", async () => {
        const response = await fetch("/static/adopted.css");
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(await response.text());
        document.adoptedStyleSheets = [sheet];
        window.isAdopted = true;
      });
    </script>
"""


def test_adopted_sheets_get_their_new_text(site: Site, page: Page) -> None:
    site.write("static/adopted.css", "h1 { color: red; background: url(x.png) }")
    site.write("templates/index.html", document(ADOPT))
    site.start().visit(page)
    wait(page, "window.isAdopted")
    mark(page)

    site.replace("static/adopted.css", "red", "green")
    wait_for_style(page, "h1", "color", GREEN)
    site.replace("static/adopted.css", "green", "blue")
    wait_for_style(page, "h1", "color", BLUE)

    assert is_same_document(page)


def test_a_page_without_the_stylesheet_is_left_alone(site: Site, page: Page) -> None:
    site.write("static/main.css", "h1 { color: red }")
    site.write("templates/index.html", document(""))
    site.start().visit(page)
    mark(page)

    site.replace("static/main.css", "red", "green")

    assert wait_for_outcome(page, "nothing")["detail"] == "no stylesheet of this page"
    assert is_same_document(page)
    assert on_screen(page) == ""


def test_sheets_of_other_origins_are_never_asked_for(site: Site, page: Page) -> None:
    foreign: list[str] = []
    site.write("static/main.css", "h1 { color: red }")
    links = '<link rel="stylesheet" href="//localhost:1/main.css"><link rel="stylesheet" href="data:text/css,h1{}">'
    site.write("templates/index.html", document(links + '<link rel="stylesheet" href="/static/main.css">'))
    site.start().visit(page)
    page.on("request", lambda request: foreign.append(request.url) if "main.css" in request.url else None)

    site.replace("static/main.css", "red", "green")

    wait_for_style(page, "h1", "color", GREEN)
    assert [url.split("?")[0] for url in foreign] == [f"{site.url}/static/main.css"]


def test_the_last_of_two_quick_saves_wins(site: Site, page: Page) -> None:
    held: list[Route] = []
    site.write("static/main.css", "h1 { color: red }")
    site.write("templates/index.html", document('<link rel="stylesheet" href="/static/main.css">'))
    site.start().visit(page)

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/main.css?*", hold_the_first)
    site.replace("static/main.css", "red", "blue")
    wait(page, "document.querySelectorAll('link').length === 2")
    site.replace("static/main.css", "blue", "green")
    wait_for_style(page, "h1", "color", GREEN)

    assert page.evaluate("document.querySelectorAll('link').length") == 1, "the first clone is still waited for"
    held[0].fulfill(body="h1 { color: blue }", content_type="text/css")

    assert style_of(page, "h1", "color") == GREEN


def test_a_broken_network_keeps_the_last_good_styles(site: Site, page: Page) -> None:
    site.write("static/main.css", "h1 { color: red }")
    site.write("templates/index.html", document('<link rel="stylesheet" href="/static/main.css">'))
    site.start().visit(page)
    page.route("**/main.css?*", lambda route: route.abort())

    site.replace("static/main.css", "red", "blue")
    wait_for_outcome(page, "failed")

    assert style_of(page, "h1", "color") == RED
    assert "main.css could not be loaded" in on_screen(page)
    assert page.evaluate("document.querySelectorAll('link').length") == 1

    page.unroute("**/main.css?*")
    site.replace("static/main.css", "blue", "green")
    wait_for_style(page, "h1", "color", GREEN)
    assert status(page)["failure"] is None
    assert "could not be loaded" not in on_screen(page)


def test_a_deleted_stylesheet_keeps_the_last_good_styles(site: Site, page: Page) -> None:
    site.write("static/main.css", "h1 { color: red }")
    site.write("templates/index.html", document('<link rel="stylesheet" href="/static/main.css">'))
    site.start().visit(page)

    (site.folder / "static/main.css").unlink()
    wait_for_outcome(page, "failed")

    assert style_of(page, "h1", "color") == RED
    assert "main.css could not be loaded" in on_screen(page)

    site.write("static/main.css", "h1 { color: green }")
    wait_for_style(page, "h1", "color", GREEN)
    assert status(page)["failure"] is None

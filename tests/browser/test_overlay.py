"""What is wrong is on every open page until it is healed: readable, reachable by keyboard, and in nobody's way."""

from __future__ import annotations

import json
import re
import time
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from .bundles import HTMX, TURBO, source_of
from .looks import OPEN_ROOTS, keep, violations
from .site import (
    SHOWN,
    is_same_document,
    mark,
    on_screen,
    status,
    wait,
    wait_for_outcome,
    wait_for_style,
    wait_for_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page, Route

    from .bundles import Bundle
    from .site import Site

PAGE = """
<!doctype html><html lang="en"><head><title>Shop</title><meta name="viewport" content="width=device-width"></head>
<body><main><h1>Teas</h1><label>Search <input id="search"></label>
<button id="buy" onclick="window.bought = 1">Buy</button>
<dialog id="cart" aria-label="Cart">Your cart</dialog></main></body></html>
"""
PRICES = """
RATES = {"EUR": 1.0}


def shown(cents, currency):
    amount = convert(cents, currency)
    return f"{amount:.2f}"


def convert(cents, currency):
    return cents / 100 * RATES[currency]
"""
FAILS = "RATES = {}"
BODIES: dict[str, str] = {
    "chain": """
        try:
            RATES["USD"]
        except KeyError as error:
            raise LookupError("no price") from error
        """,
    "group": """
        inner = ExceptionGroup("deeper", [TypeError("second")])
        raise ExceptionGroup("two things", [ValueError("first"), inner])
        """,
    "library": 'import json; json.loads("{")',
}
STYLES = "div { all: unset; display: none !important; opacity: 0 !important; transform: scale(0) !important }"


SLOW = """
import time


class Slow(Exception):
    def __str__(self):
        time.sleep(3)
        return "at last"


def shown(cents, currency):
    raise Slow
"""


@pytest.fixture
def shop(site: Site) -> Site:
    """A shop with a page that works, and one that tells a price."""
    site.write("templates/index.html", PAGE)
    site.write("prices.py", PRICES)
    site.replace("main.py", "templates =", "import prices\n\ntemplates =")
    site.replace(
        "main.py",
        'Route("/", page',
        'Route("/price", lambda r: Response(prices.shown(900, "EUR"))),\n    Route("/", page',
    )
    return site


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that lets a test into our shadow roots."""
    page = context.new_page()
    page.add_init_script(OPEN_ROOTS)
    return page


def fail_with(shop: Site, body: str, path: str = "/price") -> None:
    """Let the price be told by this code, and ask for it."""
    save(shop, f"RATES = {{}}\n\n\ndef shown(cents, currency):\n{indented(body)}\n")
    assert httpx.get(shop.url + path).status_code == 500


def save(shop: Site, prices: str) -> None:
    """Save the prices, and wait until all of that is told."""
    before = told(shop)
    shop.write("prices.py", prices)
    deadline = time.monotonic() + 10
    while told(shop) == before:
        assert time.monotonic() < deadline, shop.log()
        time.sleep(0.02)


def told(shop: Site) -> int:
    seq: int = httpx.get(f"{shop.url}/__reload__/status").json()["seq"]
    return seq


def indented(body: str) -> str:
    return "\n".join(f"    {line}" for line in dedent(body).strip().splitlines())


def wait_until(page: Page, reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


def sheet(page: Page) -> Any:
    return page.get_by_role("dialog").and_(page.locator(".sheet"))


def test_what_a_request_fails_at_is_on_every_page_and_on_one_opened_later(
    shop: Site, context: BrowserContext, page: Page
) -> None:
    other = context.new_page()
    other.add_init_script(OPEN_ROOTS)
    shop.start().visit(page)
    shop.visit(other)
    mark(page)

    fail_with(shop, "return amount")
    later = context.new_page()
    later.add_init_script(OPEN_ROOTS)
    shop.visit(later)

    for one in (page, other, later):
        expect(sheet(one).get_by_role("heading", level=2)).to_have_text("NameError: name 'amount' is not defined")
        expect(sheet(one).get_by_text("GET /price")).to_be_visible()

    save(shop, PRICES)
    for one in (page, other, later):
        expect(sheet(one)).to_have_count(0)
    assert is_same_document(page)
    assert status(page)["failure"] is None


def test_however_often_the_app_fails_a_page_has_one_question_on_its_way(shop: Site, page: Page) -> None:
    asked: list[Route] = []
    shop.write("static/app.css", "body { color: red }")
    shop.replace("templates/index.html", "<head>", '<head><link rel="stylesheet" href="/static/app.css">')
    shop.start().visit(page)
    page.route("**/__reload__/problems", lambda route: asked.append(route))
    fail_with(shop, "return amount")
    wait_until(page, lambda: len(asked) == 1)

    for _ in range(5):
        httpx.get(f"{shop.url}/price")
    shop.write("static/app.css", "body { color: blue }")
    wait_for_style(page, "body", "color", "rgb(0, 0, 255)")  # what was said before has arrived
    assert len(asked) == 1

    asked[0].continue_()
    wait_until(page, lambda: len(asked) == 2)
    asked[1].continue_()
    expect(sheet(page).get_by_text("6 times")).to_be_visible()
    assert len(asked) == 2


def test_a_save_that_does_not_parse_shows_the_column(shop: Site, page: Page) -> None:
    shop.start().visit(page)

    shop.write("prices.py", "RATES = {}\ntotal = 1 +* 2\n")

    expect(sheet(page).get_by_role("heading", level=2)).to_contain_text("SyntaxError")
    expect(sheet(page).locator(".line.here")).to_contain_text("total = 1 +* 2")
    expect(sheet(page).locator(".line.here .number")).to_have_text("2")
    expect(sheet(page).locator(".at")).to_have_text("*")


def test_escape_puts_it_away_until_something_else_is_wrong(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()

    page.keyboard.press("Escape")
    expect(sheet(page)).to_have_count(0)
    assert "1 error: NameError" in wait_for_words(page, "1 error")
    assert status(page)["failure"]["title"] == "NameError: name 'amount' is not defined"
    httpx.get(f"{shop.url}/price")  # the same again is nothing new
    page.reload()
    wait_for_words(page, "1 error: NameError")
    expect(sheet(page)).to_have_count(0)

    page.get_by_role("button", name="1 error").click()
    expect(sheet(page)).to_be_visible()
    page.keyboard.press("Escape")

    fail_with(shop, "return 1 / 0")
    expect(sheet(page).get_by_role("heading", level=2)).to_have_text("ZeroDivisionError: division by zero")


def test_the_pill_opens_it_by_keyboard(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()
    page.keyboard.press("Escape")
    wait_for_words(page, "1 error")

    page.get_by_role("button", name="1 error").focus()
    page.keyboard.press("Enter")

    expect(sheet(page)).to_be_visible()


def test_it_takes_no_focus_and_leaves_the_page_usable(shop: Site, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    shop.replace("templates/index.html", "<body>", '<body style="height: 3000px">')
    shop.start().visit(page)
    page.focus("#search")

    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()
    page.keyboard.type("green")
    page.mouse.move(20, 400)
    page.mouse.wheel(0, 500)

    assert page.input_value("#search") == "green"
    wait(page, "scrollY > 100")
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.querySelector('#buy').style.cssText = 'position: fixed; left: 4px; top: 600px'")
    page.mouse.click(15, 610)
    assert page.evaluate("window.bought") == 1


def test_it_is_seen_above_a_dialog_of_the_app(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    page.evaluate("document.querySelector('#cart').showModal()")

    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()

    assert page.evaluate("document.querySelector('[popover][data-asgi-reload=off]').matches(':popover-open')")
    page.keyboard.press("Escape")
    expect(sheet(page)).to_have_count(0)
    assert page.evaluate("document.querySelector('#cart').open"), "Escape was meant for what is on top"


def test_frames_of_libraries_are_folded_and_built_when_opened(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, BODIES["library"])

    own = sheet(page).locator(".frames > li").filter(has=page.locator("pre"))
    expect(own.first).to_contain_text("prices.py, line 5 in shown")
    fold = sheet(page).get_by_text("starlette", exact=False).filter(has_text="frames of")
    assert "routing.py" not in on_screen(page)
    expect(sheet(page).get_by_text("frames of Python").first).to_be_visible()
    fold.last.click()
    expect(sheet(page).locator(".places").last).to_contain_text("starlette/")


def test_what_led_to_it_is_told_and_groups_are_indented(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, BODIES["chain"])
    expect(sheet(page).locator(".fault")).to_have_text([said("caused by", "KeyError: 'USD'")])

    fail_with(shop, BODIES["group"])
    expect(sheet(page).get_by_role("heading", level=2)).to_contain_text("ExceptionGroup: two things")
    depths = (
        sheet(page)
        .locator(".fault")
        .evaluate_all("faults => faults.map((fault) => [fault.className, fault.firstChild.textContent])")
    )
    assert [(kind.split()[-1], said) for kind, said in depths] == [
        ("depth-1", "one of themValueError: first"),
        ("depth-1", "one of themExceptionGroup: deeper (1 sub-exception)"),
        ("depth-2", "one of themTypeError: second"),
    ]


def said(link: str, title: str) -> Any:
    return re.compile(f"{re.escape(link)}.*{re.escape(title)}", re.DOTALL)


def test_a_hint_stands_apart(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, "RATES.itemz()")

    expect(sheet(page).locator(".hint")).to_contain_text("items")


def test_places_are_links_into_the_editor(shop: Site, page: Page) -> None:
    shop.env = {**SHOWN, "ASGI_RELOAD_EDITOR": "cursor"}
    shop.start().visit(page)
    fail_with(shop, "return amount")

    link = sheet(page).get_by_role("link", name="prices.py")
    assert link.get_attribute("href") == f"cursor://file{shop.folder.resolve()}/prices.py:5:12"


def test_the_traceback_can_be_copied(shop: Site, context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    shop.start().visit(page)
    fail_with(shop, "return amount")

    sheet(page).get_by_role("button", name="Copy").click()

    expect(sheet(page).get_by_text("Copied")).to_be_visible()
    assert "NameError: name 'amount' is not defined" in page.evaluate("navigator.clipboard.readText()")


def test_several_problems_are_one_in_full_and_the_others_a_click_away(shop: Site, page: Page) -> None:
    shop.replace("main.py", '    Route("/price"', '    Route("/other", lambda r: 1 / 0),\n    Route("/price"')
    shop.start().visit(page)
    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()
    assert httpx.get(f"{shop.url}/other").status_code == 500

    expect(sheet(page)).to_have_accessible_name("2 errors")
    expect(sheet(page).get_by_role("heading", level=2)).to_have_text("ZeroDivisionError: division by zero")
    sheet(page).get_by_text("NameError: name 'amount' is not defined").click()
    expect(sheet(page).get_by_role("heading", level=2)).to_have_count(2)


def test_everything_in_it_is_reached_with_the_tab_key(shop: Site, page: Page) -> None:
    shop.env = {**SHOWN, "ASGI_RELOAD_EDITOR": "vscode"}
    shop.start().visit(page)
    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()
    page.focus("#buy")

    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("(root => root?.activeElement?.textContent ?? '')(document.activeElement?.shadowRoot)")
        )

    assert {"Hide", "Copy", "prices.py", "as Python tells it"} <= {text.strip() for text in reached}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits(shop: Site, page: Page, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    shop.env = {**SHOWN, "ASGI_RELOAD_EDITOR": "vscode"}
    shop.start().visit(page)
    fail_with(shop, 'while True:  # a loop\n    number = 1.5; text = f"{print}"; RATES.itemz()')
    expect(sheet(page).locator(".hint")).to_be_visible()

    keep(page, f"overlay-{scheme}-{width}")

    assert violations(page) == []
    box = sheet(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert sheet(page).locator(".list").evaluate("list => list.scrollWidth <= list.clientWidth")


def test_a_screen_reader_is_told_what_it_is(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, "return amount")

    expect(sheet(page)).to_match_aria_snapshot("""
      - dialog "1 error":
        - button "Hide"
        - region "What is wrong":
          - 'article "NameError: name ''amount'' is not defined"':
            - 'heading "NameError: name ''amount'' is not defined" [level=2]'
            - button "Copy"
            - list
    """)
    expect(page.get_by_role("alert")).to_have_text("NameError: name 'amount' is not defined")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_an_app_that_fails_is_accessible_and_not_covered(shop: Site, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    shop.env = {**SHOWN, "ASGI_RELOAD_EDITOR": "vscode"}
    shop.start()
    fail_with(shop, 'number = 1.5; text = f"{print}"  # a remark\n' + dedent(BODIES["chain"]))

    page.goto(f"{shop.url}/price")
    wait(page, "window.asgiReload?.status?.().failure")
    expect(page.get_by_role("heading", level=1)).to_have_text("LookupError: no price")
    expect(page.get_by_role("link", name="prices.py").first).to_have_attribute(
        "href", f"vscode://file{shop.folder.resolve()}/prices.py:10:9"
    )
    keep(page, f"failure-{scheme}")

    assert violations(page) == []
    expect(sheet(page)).to_have_count(0)
    shop.write("prices.py", PRICES.replace("return f", "return '<!doctype html>' + f"))
    expect(page.get_by_text("9.00")).to_be_visible()


STRICTEST = "script-src 'nonce-abc'; style-src 'none'; connect-src 'self'; require-trusted-types-for 'script'"
EVIL = "</script><img src=x onerror=window.hacked=1><b>__proto__\u202egnp.exe\ud800"


def test_whatever_it_says_is_text_under_the_strictest_policy(shop: Site, page: Page) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    shop.replace("templates/index.html", '<button id="buy" onclick="window.bought = 1">Buy</button>', "")
    shop.headers({"content-security-policy": STRICTEST})
    shop.start().visit(page)
    elements = page.evaluate("document.querySelectorAll(':not([data-asgi-reload=off])').length")

    name = "<img src=x onerror=window.hacked=1>.py"
    body = f"exec(compile({json.dumps('raise ValueError(' + json.dumps(EVIL) + ')')}, {name!r}, 'exec'), {{}})"
    fail_with(shop, body)
    httpx.get(f"{shop.url}/price?<script>hacked=1</script>")

    title = sheet(page).get_by_role("heading", level=2)
    expect(title).to_contain_text("</script><img src=x onerror=window.hacked=1><b>__proto__")
    assert "\u202e" not in title.text_content()
    expect(sheet(page)).to_contain_text("<img src=x onerror=window.hacked=1>.py")
    assert sheet(page).locator("img, script, b").count() == 0
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelectorAll(':not([data-asgi-reload=off])').length") == elements
    assert sheet(page).evaluate("sheet => getComputedStyle(sheet).display") == "flex", "its style has come"
    assert complaints == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('raise ValueError("x" * 1_000_000)', "xxx"),
        ("return shown(cents, currency)", "RecursionError"),
        ('raise ExceptionGroup("many", [ValueError(str(n)) for n in range(1_000)])', "many (1000 sub-exceptions)"),
    ],
    ids=["a megabyte", "a recursion", "a wide group"],
)
def test_the_worst_is_still_one_sheet(shop: Site, page: Page, body: str, words: str) -> None:
    shop.start().visit(page)
    fail_with(shop, "return amount")  # the sheet is loaded
    expect(sheet(page)).to_be_visible()
    fail_with(shop, body)
    expect(sheet(page)).to_contain_text(words)

    assert sheet(page).evaluate("sheet => sheet.querySelectorAll('*').length") < 2_000


def test_it_is_not_printed(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()

    page.emulate_media(media="print")

    expect(sheet(page)).to_be_hidden()


def test_a_page_that_styles_everything_does_not_hide_it(shop: Site, page: Page) -> None:
    shop.replace("templates/index.html", "<body>", f"<body><style>{STYLES}</style>")
    shop.start().visit(page)
    fail_with(shop, "return amount")

    expect(sheet(page)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('[data-asgi-reload=off][popover]')).opacity") == "1"


@pytest.mark.parametrize("env", [{}, {**SHOWN, "ASGI_RELOAD_OVERLAY": "0"}], ids=["driven by a program", "off"])
def test_it_stays_away_where_it_is_not_wanted(shop: Site, page: Page, env: dict[str, str]) -> None:
    shop.env = env
    shop.start().visit(page)
    fail_with(shop, "return amount")

    wait(page, "asgiReload.status().pill.join().startsWith('1 error: NameError')")
    expect(sheet(page)).to_have_count(0)
    assert page.locator("[data-asgi-reload=off]").count() == len(env) // 2


def test_a_patch_that_fails_is_shown_with_what_the_server_says(shop: Site, page: Page) -> None:
    shop.start().visit(page)

    shop.replace("templates/index.html", "Teas", "{{ 1 / 0 }}")
    wait_for_outcome(page, "failed")

    expect(sheet(page)).to_have_accessible_name("1 error")
    expect(sheet(page).get_by_role("heading", level=2)).to_have_text("ZeroDivisionError: division by zero")
    assert page.inner_text("h1") == "Teas"

    shop.replace("templates/index.html", "{{ 1 / 0 }}", "Coffees")
    wait(page, "document.querySelector('h1').textContent === 'Coffees'")
    expect(sheet(page)).to_have_count(0)


def test_one_key_hides_it_with_all_else_of_ours(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()

    page.keyboard.press("Alt+Shift+R")
    wait(page, "document.querySelector('[data-asgi-reload=off]') === null")
    page.reload()
    wait(page, "window.asgiReload?.status?.().failure")
    assert page.locator("[data-asgi-reload=off]").count() == 0

    page.keyboard.press("Alt+Shift+R")
    expect(sheet(page)).to_be_visible()


@pytest.mark.parametrize(("bundle", "attributes"), [(HTMX, "hx-boost=true"), (TURBO, "")], ids=["htmx", "Turbo"])
def test_a_library_that_shows_another_page_leaves_it_standing(
    shop: Site, page: Page, pytestconfig: pytest.Config, bundle: Bundle, attributes: str
) -> None:
    shop.write("static/library.js", source_of(bundle, pytestconfig.cache.mkdir("bundles")))
    head = '<head><title>Shop</title><script src="/static/library.js" defer></script></head>'
    for name, other in (("index", "/next"), ("next", "/")):
        body = f'<body {attributes}><h1>{name}</h1><a href="{other}">Go</a></body>'
        shop.write(f"templates/{name}.html", f"<!doctype html><html>{head}{body}</html>")
    shop.start().visit(page)
    fail_with(shop, "return amount")
    expect(sheet(page)).to_be_visible()
    mark(page)

    page.evaluate("document.querySelector('a').click()")

    expect(page.locator("h1")).to_have_text("next")
    assert is_same_document(page)
    expect(sheet(page)).to_be_visible()
    expect(page.locator("[data-corner]")).to_have_count(1)


def test_a_frame_leaves_it_to_the_page_around_it(shop: Site, page: Page) -> None:
    shop.configure(iframes=True)
    shop.write("templates/around.html", PAGE.replace("<main>", '<main><iframe src="/" title="Shop"></iframe>'))
    shop.start().visit(page, "/around")
    frame = page.frames[1]
    frame.wait_for_function("() => window.asgiReload?.status?.().connected")

    fail_with(shop, "return amount")

    expect(sheet(page)).to_be_visible()
    frame.wait_for_function("() => asgiReload.status().failure")
    assert frame.locator("[data-asgi-reload=off]").count() == 0


def test_a_file_that_does_not_load_is_told_of_once_more_when_it_was_healed(shop: Site, page: Page) -> None:
    shop.write("static/main.css", "h1 { color: red }")
    shop.replace("templates/index.html", "</head>", '<link rel="stylesheet" href="/static/main.css"></head>')
    shop.start().visit(page)

    for colour in ("green", "blue"):
        (shop.folder / "static/main.css").unlink()
        expect(sheet(page).get_by_role("heading", level=2)).to_have_text("main.css could not be loaded")
        page.keyboard.press("Escape")
        expect(sheet(page)).to_have_count(0)
        shop.write("static/main.css", f"h1 {{ color: {colour} }}")
        wait(page, "asgiReload.status().failure === null")


def test_a_page_shows_it_while_the_server_still_prints_it(shop: Site, page: Page) -> None:
    shop.start().visit(page)
    fail_with(shop, "return amount")  # the sheet is loaded
    expect(sheet(page)).to_be_visible()
    save(shop, SLOW)

    page.evaluate("void fetch('/price')")
    expect(sheet(page)).to_contain_text("no words within 50 ms")

    assert "at last" not in shop.log()

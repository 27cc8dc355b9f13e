"""What goes wrong in a page is told on the terminal and in the status, with its page; the page notices nothing."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from .site import DEADLINE_S

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

LEVELS = ["error", "warning", "info", "log", "debug"]


@pytest.fixture
def shop(site: Site) -> Site:
    site.write("static/app.js", "")
    show(site, "")
    return site


def show(site: Site, head: str) -> None:
    site.write("templates/shop.html", f"<!doctype html><title>Shop</title>{head}<h1>Shop</h1>")


def console(site: Site) -> list[dict[str, Any]]:
    """The newest first."""
    with urlopen(f"{site.url}/__reload__/status") as answer:
        entries: list[dict[str, Any]] = json.load(answer)["console"]
    return entries


def heard(site: Site, text: str, url: str = "") -> dict[str, Any]:
    """What a page said with these words, when it has arrived."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        entries = console(site)
        if found := [entry for entry in entries if text in entry["text"] and entry["url"].startswith(url)]:
            return found[0]
        time.sleep(0.02)

    raise AssertionError(f"{text!r} did not arrive; what did: {entries}\n{site.log()}")


def told(site: Site, text: str) -> str:
    """The line of the terminal with these words, when it is there, and without its head."""
    heard(site, text)
    return next(line for line in site.log().splitlines() if text in line and "asgi-reload: [" in line)


FAILING = {
    "inline": ("<script>nobody()</script>", "ReferenceError: nobody is not defined", "/inline:1"),
    "file": ('<script src="/static/bad.js"></script>', "TypeError: x is undefined", "/static/bad.js:1"),
    "syntax": ('<script src="/static/syntax.js"></script>', "SyntaxError: ", "/static/syntax.js:1"),
    "text": ("<script>throw 'a text'</script>", "a text", "/text:1"),
    "module": ('<script type="module" src="/static/bad.js"></script>', "TypeError: x is undefined", "/static/bad.js:1"),
    "promise": (
        "<script>Promise.reject(new RangeError('too far'))</script>",
        "unhandled rejection: RangeError: too far",
        "/promise:1",
    ),
    "object": (
        "<script>Promise.reject({ code: 4, inside: { list: [1, 'a'] } })</script>",
        'unhandled rejection: {code: 4, inside: {list: [1, "a"]}}',
        "",
    ),
    "no-script": ('<script src="/static/gone.js?v=1"></script>', "script could not be loaded", "/static/gone.js"),
    "no-module": (
        '<script type="module" src="/static/imports.js"></script>',
        "module could not be loaded",
        "/static/imports.js",
    ),
    "no-sheet": ('<link rel="stylesheet" href="/static/no.css">', "stylesheet could not be loaded", "/static/no.css"),
    "no-image": ('<img src="/static/gone.png">', "image could not be loaded", "/static/gone.png"),
}


def test_what_fails_while_a_page_loads_arrives_with_its_page(shop: Site, page: Page) -> None:
    shop.write("static/bad.js", "throw new TypeError('x is undefined')")
    shop.write("static/syntax.js", "let let = 1")
    shop.write("static/imports.js", "import './nowhere.js'")
    for name, (head, _, _) in FAILING.items():
        shop.write(f"templates/{name}.html", f"<!doctype html><title>Test</title>{head}<h1>Test</h1>")
    shop.start()

    for name, (_, text, place) in FAILING.items():
        shop.visit(page, f"/{name}?secret=1")
        url = f"{shop.url}/{name}"
        entry = heard(shop, text, url)

        assert (entry["level"], entry["count"]) == ("error", 1), name
        assert entry["page"] == page.evaluate("asgiReload.status().page")
        assert entry["place"] == place or entry["place"].rpartition(":")[0] == place, name
        line = next(line for line in shop.log().splitlines() if f"asgi-reload: [/{name}] {text}" in line)
        assert line.endswith(f"({entry['place'].removeprefix('/')})" if place else text)
        assert shop.url not in entry["text"] + entry["place"]
        assert [other["url"] for other in console(shop)].count(url) == 1, name


def test_the_first_place_is_where_the_error_was_thrown(shop: Site, page: Page) -> None:
    shop.write("static/bad.js", "// nobody\n  nobody()")
    show(shop, '<script src="/static/bad.js"></script>')
    shop.start().visit(page, "/shop")

    assert heard(shop, "nobody")["place"] == "/static/bad.js:2:3"


def test_the_calls_that_led_to_an_error_stand_below_it(shop: Site, page: Page) -> None:
    shop.write("static/app.js", "function inner() {\n  throw new Error('deep')\n}\nfunction outer() {\n  inner()\n}")
    show(shop, '<script src="/static/app.js"></script><script>outer()</script>')
    shop.start().visit(page, "/shop")

    entry = heard(shop, "deep")

    assert entry["text"].splitlines()[:3] == [
        "Error: deep",
        "at inner (/static/app.js:2:9)",
        "at outer (/static/app.js:5:3)",
    ]
    lines = shop.log().splitlines()
    below = lines[lines.index("asgi-reload: [/shop] Error: deep (static/app.js:2:9)") + 1 :][:2]
    assert below == ["    at inner (/static/app.js:2:9)", "    at outer (/static/app.js:5:3)"]


def test_what_fails_later_arrives_in_order_over_each_transport(shop: Site, page: Page) -> None:
    for transport in ("ws", "sse"):
        shop.configure(transport=transport)
        shop.start().visit(page, "/shop")
        page.evaluate("[1, 2, 3].forEach(n => setTimeout(() => { throw new Error(`number ${n}`) }, n))")

        heard(shop, "number 3")

        assert [entry["text"].splitlines()[0] for entry in console(shop)] == [f"Error: number {n}" for n in (3, 2, 1)]
        shop.stop()
        shop.replace("main.py", f", transport='{transport}'", "")


def test_the_console_is_not_forwarded_unasked(shop: Site, page: Page) -> None:
    shop.start().visit(page, "/shop")
    page.evaluate("console.error('not for you'); setTimeout(() => { throw new Error('last') })")

    heard(shop, "last")

    assert len(console(shop)) == 1
    assert page.evaluate("console.log.toString() === 'function log() { [native code] }'")


def test_levels_are_forwarded_where_they_are_asked_for(shop: Site, page: Page) -> None:
    shop.configure(browser_console=["error", "warning", "log"])
    show(shop, "<script>console.log('early', 1, { a: [null, undefined] })</script>")
    shop.start().visit(page, "/shop")
    page.evaluate("console.info('no'); console.debug('no'); console.warn('%s of %d', 'one', 2, true)")
    page.evaluate("console.error(new TypeError('broken'), document.body)")

    heard(shop, "broken")

    early, warning, error = reversed(console(shop))
    assert (early["level"], early["text"]) == ("log", "early 1 {a: [null, undefined]}")
    assert early["place"].startswith("/shop:1:")
    assert (warning["level"], warning["text"]) == ("warning", "one of 2 true")
    assert (error["level"], error["text"].splitlines()[0]) == ("error", "TypeError: broken <body>")


def test_a_page_sees_its_console_unchanged(shop: Site, page: Page) -> None:
    shop.configure(browser_console=LEVELS)
    show(shop, "<script>console.log = function log(...args) { return [this === console, ...args] }</script>")
    printed: list[str] = []
    page.on("console", lambda message: printed.append(f"{message.type} {message.text}"))
    shop.start().visit(page, "/shop")
    printed.clear()

    assert page.evaluate("console.log(1, 2)") == [True, 1, 2]
    assert page.evaluate("console.warn('a', 1)") is None
    assert page.evaluate("(0, console.error)('b')") is None
    assert page.evaluate("[console.info.name, console.info.length]") == ["info", 0]
    assert printed == ["warning a 1", "error b"]


def test_whatever_is_logged_does_no_harm(shop: Site, page: Page) -> None:
    shop.configure(browser_console=LEVELS)
    shop.start().visit(page, "/shop")
    page.evaluate(
        """() => {
            const cycle = { name: "cycle" };
            cycle.self = cycle;
            console.info(cycle);
            console.info({ get bad() { window.wasRun = true; throw new Error("no") } });
            console.info(new Proxy({}, { ownKeys() { console.info("recursion"); throw new Error("no") } }), "proxied");
            console.info(new Proxy({}, { getPrototypeOf() { console.info("recursion"); return null } }), "of nothing");
            console.info(Symbol("s"), 1n, function named() {}, new Map(), [..."abcdefghijklmnop"], null);
            console.info(new (class Thing { a = { b: { c: { d: 1 } } } })());
            console.info("é\\u0000\\ud800" + "漢\\u2028\\"".repeat(5000));
            console.info("last");
        }"""
    )

    heard(shop, "last")

    texts = [entry["text"] for entry in reversed(console(shop))]
    assert texts[:2] == ['{name: "cycle", self: [circular]}', "{bad: (…)}"]
    assert texts[2:4] == ["{…} proxied", "{} of nothing"]
    assert texts[4:6] == [
        'Symbol(s) 1n ƒ named Map {} ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", …] null',
        "Thing {a: {b: {c: …}}}",
    ]
    assert texts[6].startswith("é\x00\ud800漢\u2028")
    assert 500 < len(texts[6]) <= 2000
    assert len(texts) == 8, "what was said while a value was looked at"
    assert page.evaluate("window.wasRun") is None
    assert page.evaluate("asgiReload.status().connected")


def test_noise_is_passed_over_and_more_can_be(shop: Site, page: Page) -> None:
    shop.configure(browser_ignore=["not ours", "static/vendor/*", "Widget*failed"])
    shop.write("static/vendor.js", "")
    shop.start().visit(page, "/shop")
    page.evaluate(
        """() => {
            const say = (message, filename = "") => dispatchEvent(new ErrorEvent("error", { message, filename }));
            say("ResizeObserver loop completed with undelivered notifications.");
            say("Script error.");
            say("this is not ours to mend", "/static/app.js");
            say("of a library", `${location.origin}/static/vendor/lib.js`);
            say("Widget 3 has failed", "/static/app.js");
            say("Widget 3 has failed again", "/static/app.js");
        }"""
    )

    heard(shop, "again")

    assert [entry["text"] for entry in console(shop)] == ["Widget 3 has failed again"]


def test_what_is_repeated_is_told_together(shop: Site, page: Page) -> None:
    shop.start().visit(page, "/shop")
    page.evaluate("for (let n = 0; n < 200; n += 1) dispatchEvent(new ErrorEvent('error', { message: 'again' }))")

    assert heard(shop, "again")["count"] == 200
    assert told(shop, "again") == "asgi-reload: [/shop] again ×200"
    page.evaluate("dispatchEvent(new ErrorEvent('error', { message: 'again' }))")

    deadline = time.monotonic() + DEADLINE_S
    while (count := heard(shop, "again")["count"]) == 200:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert count == 201
    assert len(console(shop)) == 1


def test_a_flood_stays_bounded_and_loses_no_connection(shop: Site, page: Page) -> None:
    shop.configure(browser_console=["log"])
    shop.start().visit(page, "/shop")
    page.evaluate("window.lost = 0; document.addEventListener('asgi-reload:connected', () => lost += 1)")

    page.evaluate(
        "for (let n = 0; n < 10_000; n += 1) dispatchEvent(new ErrorEvent('error', { message: `no ${n}` }));"
        " for (let n = 0; n < 10_000; n += 1) console.log('line', n)"
    )

    entry = heard(shop, "more messages")
    assert entry["text"] == "and 19970 more messages"
    assert len(console(shop)) == 31
    assert page.evaluate("[lost, asgiReload.status().connected]") == [0, True]


def test_what_is_said_while_the_line_is_down_arrives_when_it_is_back(shop: Site, page: Page) -> None:
    shop.start().visit(page, "/shop")
    say = "dispatchEvent(new ErrorEvent('error', { message: 'meanwhile' }))"
    page.evaluate(f"asgiReload.reconnect(); window.was = asgiReload.status().connected; {say}; {say}")

    assert heard(shop, "meanwhile")["count"] == 2
    assert page.evaluate("window.was") is False


def test_the_last_words_of_a_page_that_is_left_arrive(shop: Site, page: Page) -> None:
    shop.start().visit(page, "/shop")
    page.evaluate("dispatchEvent(new ErrorEvent('error', { message: 'farewell' })); location = 'about:blank'")

    assert heard(shop, "farewell")["count"] == 1


@pytest.mark.parametrize("transport", ["ws", "sse"])
def test_errors_arrive_under_a_strict_policy(shop: Site, page: Page, transport: str) -> None:
    shop.configure(transport=transport, browser_console=["log"])
    policy = "script-src 'nonce-abc' 'strict-dynamic'; connect-src 'self'; require-trusted-types-for 'script'"
    shop.headers({"content-security-policy": policy})
    show(shop, "<script nonce=abc>console.log('hello'); nobody()</script>")
    shop.start().visit(page, "/shop")

    assert heard(shop, "nobody")["level"] == "error"
    assert heard(shop, "hello")["level"] == "log"


def test_what_is_said_is_printed_harmlessly(shop: Site, page: Page) -> None:
    shop.start().visit(page, "/shop")
    page.evaluate(r"dispatchEvent(new ErrorEvent('error', { message: 'red \x1b[31m\r\x07\nasgi-reload: forged' }))")

    assert told(shop, "red ") == r"asgi-reload: [/shop] red \x1b[31m"
    assert [line for line in shop.log().splitlines() if "forged" in line] == ["    asgi-reload: forged"]

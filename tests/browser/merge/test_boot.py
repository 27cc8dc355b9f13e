"""The first script of a page: what it leaves behind, what it remembers, what it never does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conftest import CLIENT, TAG, document

if TYPE_CHECKING:
    from .conftest import Site


def test_it_leaves_nothing_but_one_name(site: Site) -> None:
    page = site.show(document("<script>window.names = Object.getOwnPropertyNames(window)</script>"))
    site.injects = False
    bare = page.context.new_page()
    bare.goto(site.url)
    native = set(bare.evaluate("Object.getOwnPropertyNames(window)"))

    assert set(page.evaluate("names")) - native - {"names"} == {"asgiReload"}
    assert page.query_selector("script[src]") is None


def test_a_second_copy_does_nothing(site: Site) -> None:
    second = TAG.format(page="p2", status=200, method="GET", nonce="")
    page = site.show(document(f"<p>a</p>{second}"))

    assert page.evaluate("document.querySelectorAll('script').length") == 0
    assert len([path for path, _ in site.asked if path.endswith("/main.js")]) == 1


def test_a_client_that_cannot_be_loaded_is_no_error_of_the_page(site: Site) -> None:
    errors: list[str] = []
    site.page.on("pageerror", lambda error: errors.append(str(error)))
    site.page.add_init_script("addEventListener('unhandledrejection', () => { window.rejected = true })")
    site.main = "throw new Error('broken client')"
    site.serve(document("<p>a</p>"))

    with site.page.expect_console_message(lambda message: "not started" in message.text):
        site.page.goto(site.url)

    assert errors == []
    assert not site.page.evaluate("window.rejected ?? false")


def test_one_that_comes_late_starts_at_once(site: Site) -> None:
    site.injects = False
    site.serve(document("<p>a</p>"))
    site.page.goto(site.url)
    site.page.evaluate(
        "const s = document.createElement('script'); s.src = '/__reload__/boot.js';"
        " Object.assign(s.dataset, {base: '/__reload__', client: '/__reload__/client', token: 't', page: 'p1'});"
        " document.head.append(s)"
    )
    site.wait()

    assert site.save(document("<p>b</p>"))["outcome"] == "applied"
    assert site.page.text_content("p") == "b"


def test_it_reads_its_configuration(site: Site) -> None:
    page = site.show(document("<p>a</p>"))

    assert page.evaluate("config") == {
        "base": "/__reload__",
        "client": "/__reload__/client",
        "token": "t",
        "boot": "b",
        "generation": 0,
        "seq": 0,
        "page": "p1",
        "transport": "auto",
        "pill": "auto",
        "overlay": "auto",
        "console": "",
        "status": 200,
        "method": "GET",
    }


def test_remembering_makes_no_custom_element_and_loads_nothing_twice(site: Site) -> None:
    site.page.add_init_script(
        "window.made = 0; customElements.define('x-a', class extends HTMLElement { constructor() { super(); made++ } })"
    )
    page = site.show(document("<x-a></x-a><img src=/pixel.png><iframe src=/frame></iframe>"))

    assert page.evaluate("made") == 1
    assert sorted(path for path, _ in site.asked if path in {"/pixel.png", "/frame"}) == ["/frame", "/pixel.png"]


def test_it_remembers_before_deferred_scripts_run(site: Site) -> None:
    site.files["/late.js"] = ("text/javascript", b"document.querySelector('ul').innerHTML = '<li>by script</li>'")
    head = "<script defer src=/late.js></script>"
    page = site.show(document("<ul><li>a</li></ul><p>x</p>", head=head))

    site.save(document("<ul><li>a</li></ul><p>y</p>", head=head))

    assert page.inner_html("ul") == "<li>by script</li>"
    assert page.text_content("p") == "y"


def test_the_file_says_nothing_of_the_project() -> None:
    text = (CLIENT / "boot.js").read_text(encoding="utf-8")

    assert "http" not in text and "localhost" not in text

"""What a parser without scripting does otherwise than the page's own, and pages that forbid to parse text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import Answer, document

if TYPE_CHECKING:
    from .conftest import Site

NOSCRIPT = '<noscript data-x="1"><p>no <b>script</b></p><img src="/pixel"></noscript>'


def test_noscript_is_text_and_no_difference(site: Site) -> None:
    page = site.show(document(f"{NOSCRIPT}<p>a</p>", head=NOSCRIPT))

    assert site.save(document(f"{NOSCRIPT}<p>b</p>", head=NOSCRIPT))["detail"] == "1 change"
    assert page.text_content("p") == "b"
    assert page.evaluate("document.querySelector('body noscript').childElementCount") == 0


def test_noscript_in_the_head_leaves_the_rest_of_the_head_where_it_is(site: Site) -> None:
    head = f"{NOSCRIPT}<meta name=description content={{}}>"
    page = site.show(document("<p>a</p>", head=head.format("a")))

    site.save(document("<p>a</p>", head=head.format("b") + "<link rel=icon href=data:,>"))

    assert page.evaluate("document.querySelector('head > meta').content") == "b"
    assert page.evaluate("document.querySelector('link').parentNode.localName") == "head"


def test_changed_noscript_is_changed_as_text(site: Site) -> None:
    page = site.show(document("<noscript><p>a</p></noscript>"))

    site.save(document("<noscript><p>b</p></noscript>"))

    assert page.evaluate("document.querySelector('noscript').textContent") == "<p>b</p>"


@pytest.mark.parametrize(
    "text",
    [
        "<!-- <noscript> --><p>{}</p>",
        "<p title='<noscript>a</noscript>'>{}</p>",
        "<textarea><noscript>a</noscript></textarea><p>{}</p>",
        "<script>const s = '<noscript>' + '<\\/noscript>'</script><p>{}</p><noscript>x</noscript>",
        "<template><noscript><p>x</p></noscript></template><p>{}</p>",
    ],
)
def test_the_word_noscript_elsewhere_is_left_alone(site: Site, text: str) -> None:
    page = site.show(document(text.format("a")))
    before = page.evaluate("document.body.innerHTML")

    assert site.save(document(text.format("b")))["detail"] == "1 change"
    assert page.evaluate("document.body.innerHTML") == before.replace(">a</p>", ">b</p>")


def test_a_new_nonce_at_each_render_is_no_change(site: Site) -> None:
    site.nonce = "n1"
    csp = "script-src 'nonce-{0}'; style-src 'nonce-{0}'"
    body = "<style nonce={0}>p {{color: rgb(1, 1, 1)}}</style><script nonce={0}>window.ran = 1</script><p>{1}</p>"
    page = site.show(document(body.format("n1", "a")), Content_Security_Policy=csp.format("n1"))

    assert site.save(document(body.format("n2", "a")))["outcome"] == "nothing"
    assert site.save(document(body.format("n3", "b")))["detail"] == "1 change"
    assert page.text_content("p") == "b"


def test_a_new_style_is_admitted_by_the_nonce_of_the_page(site: Site) -> None:
    site.nonce = "n1"
    page = site.show(document("<p>a</p>"), Content_Security_Policy="script-src 'nonce-n1'; style-src 'nonce-n1'")

    site.save(document("<p>a</p><style nonce=n2>p {color: rgb(1, 2, 3)}</style>"))

    assert page.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(1, 2, 3)"


@pytest.mark.parametrize(
    "policies", ["", "; trusted-types asgi-reload", "; trusted-types 'none'", "; trusted-types app"]
)
def test_trusted_types(site: Site, policies: str) -> None:
    policy = f"require-trusted-types-for 'script'{policies}"
    page = site.show(document("<p>a</p><input>", head=NOSCRIPT), Content_Security_Policy=policy)
    page.type("input", "typed")

    assert site.save(document("<p>b</p><input><i>n</i>", head=NOSCRIPT))["outcome"] == "applied"

    assert [page.text_content("p"), page.text_content("i"), page.input_value("input")] == ["b", "n", "typed"]
    assert site.patch()["outcome"] == "nothing"


def test_a_guarded_attribute_is_written_with_our_policy_or_else_a_reload(site: Site) -> None:
    trusted = "require-trusted-types-for 'script'"
    page = site.show(document("<p id=a onclick=x=1>a</p>"), Content_Security_Policy=trusted)
    site.save(document("<p id=a onclick=x=2>a</p>"))
    assert page.get_attribute("#a", "onclick") == "x=2"

    page = site.show(document("<p id=a onclick=x=1>a</p>"), Content_Security_Policy=f"{trusted}; trusted-types 'none'")
    assert site.save(document("<p id=a onclick=x=2>a</p>"))["detail"] == "Trusted Types guard the attribute onclick"


@pytest.mark.parametrize("header", ["text/html; charset=iso-8859-1", "text/html"])
def test_the_charset_is_that_of_the_answer_or_else_of_the_page(site: Site, header: str) -> None:
    text = document("<p>café {}</p>", head="<meta charset=iso-8859-1>")
    site.answer = Answer(text.format("a").encode("latin-1"), 200, {"Content-Type": header})
    site.sent_type = header
    site.page.goto(site.url)
    site.wait()
    site.answer = Answer(text.format("b").encode("latin-1"), 200, {"Content-Type": header})

    assert site.patch()["detail"] == "1 change"
    assert site.page.text_content("p") == "café b"


def test_long_text_is_one_text(site: Site) -> None:
    page = site.show(document(f"<pre>{'x' * 70_000}</pre><p>a</p>"))

    assert site.save(document(f"<pre>{'x' * 70_000}y</pre><p>a</p>"))["outcome"] == "applied"
    assert page.evaluate("document.querySelector('pre').textContent.length") == 70_001

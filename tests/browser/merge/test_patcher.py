"""What the patcher makes of an answer: merge, nothing, failed, or load the page anew; and of two at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import Answer, document, report

if TYPE_CHECKING:
    from .conftest import Site

BODY = "<p>a</p>"
PLAIN = document(BODY)


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (PLAIN.replace("<!doctype html>", ""), "the doctype changed"),
        (document(BODY, head="<base href=/x/>"), "<base> was added"),
        (document(BODY, head='<meta http-equiv="refresh" content="9">'), "<meta> refresh was added"),
        (document(BODY + "<script src=/new.js></script>"), "<script> /new.js was added"),
        (document(BODY + "<svg><script>1</script></svg>"), "<script> was added"),
    ],
)
def test_what_only_a_load_brings_about_is_a_reload(site: Site, after: str, reason: str) -> None:
    site.show(PLAIN)
    before = site.markup()

    assert site.save(after.replace("<p>a</p>", "<p>b</p>")) == {"outcome": "reload", "detail": reason}
    assert site.markup() == before


def test_changed_and_removed_scripts_are_a_reload(site: Site) -> None:
    site.show(document("<script>one()</script><p>a</p>".replace("one()", "window.x = 1")))

    assert site.save(document("<script>window.x = 2</script><p>a</p>"))["detail"] == "<script> changed"
    assert site.save(document("<p>a</p>"))["detail"] == "<script> was removed"
    assert site.save(document("<script>window.x = 1</script><p>b</p>"))["outcome"] == "applied"


def test_a_script_that_moves_with_its_surroundings_is_none(site: Site) -> None:
    page = site.show(document("<p>a</p><script>window.runs = (window.runs ?? 0) + 1</script>"))

    result = site.save(
        document("<main><p>b</p><div><script>window.runs = (window.runs ?? 0) + 1</script></div></main>")
    )

    assert result["outcome"] == "applied"
    assert page.evaluate("[runs, document.querySelector('script').parentNode.localName]") == [1, "div"]


def test_structured_data_for_search_engines_is_no_script(site: Site) -> None:
    data = '<script type="application/ld+json">{{"name": "{}"}}</script>'
    page = site.show(document(data.format("a")))

    assert site.save(document(data.format("b")))["outcome"] == "applied"
    assert page.text_content("script") == '{"name": "b"}'


def test_a_token_in_an_inline_script_is_noise(site: Site) -> None:
    body = "<script>window.token = '{}'; window.size = {};</script><p>{}</p>"
    page = site.show(document(body.format("t1", 1, "a")))

    site.later = [Answer(document(body.format("t2", 1, "b"))), Answer(document(body.format("t3", 1, "b")))]
    assert site.patch()["outcome"] == "applied"
    assert page.text_content("p") == "b"

    site.later = [Answer(document(body.format("t4", 2, "c"))), Answer(document(body.format("t5", 2, "c")))]
    assert site.patch() == {"outcome": "reload", "detail": "<script> changed"}


def test_an_app_that_raises_leaves_the_page_and_the_base_as_they_are(site: Site) -> None:
    page = site.show(PLAIN)
    before = site.markup()
    site.answer = report("NameError: x")

    result = site.patch()

    assert result["outcome"] == "failed"
    assert result["failure"] == {"title": "NameError: x", "detail": "line 3", "traceback": "…"}
    assert site.markup() == before
    site.answer = Answer()
    assert site.save(document("<p>healed</p>"))["outcome"] == "applied"
    assert page.text_content("p") == "healed"


def test_an_error_page_of_the_app_is_a_failure_too(site: Site) -> None:
    site.show(PLAIN)

    result = site.save("<h1>Internal Server Error</h1>", status=500)

    assert result["outcome"] == "failed"
    assert result["failure"]["title"] == "The server answered 500"


@pytest.mark.parametrize("empty", ["", "  \n "])
def test_an_empty_document_is_never_merged(site: Site, empty: str) -> None:
    site.show(PLAIN)

    assert site.save(empty)["outcome"] == "nothing"
    assert "<p>a</p>" in site.markup()


def test_no_html_another_status_and_a_redirection_are_a_reload(site: Site) -> None:
    site.show(PLAIN)

    assert site.save(PLAIN, status=404)["detail"] == "this URL answers 404 now"
    assert site.save("x", Content_Type="text/plain")["detail"] == "this URL is no HTML any more"
    site.files["/login"] = ("text/html", PLAIN.encode())
    assert site.save("", status=302, Location="/login")["detail"] == "this URL redirects now"


def test_a_page_that_stays_an_error_page_is_merged(site: Site) -> None:
    page = site.show(document("<h1>Not found</h1>"), status=404)

    assert site.save(document("<h1>Nothing here</h1>"), status=404)["outcome"] == "applied"
    assert page.text_content("h1") == "Nothing here"


def test_a_page_that_answered_a_post_is_dirty_and_never_fetched_again(site: Site) -> None:
    site.method = "POST"
    page = site.show(PLAIN)
    site.asked.clear()

    assert site.patch() == {"outcome": "reload", "detail": "this page answered a POST"}
    assert page.evaluate("patcher.dirty()")
    assert [path for path, _ in site.asked if path == "/"] == []


def test_a_form_that_a_person_has_changed_is_dirty(site: Site) -> None:
    choices = "<select><option>1<option>2</select><input type=radio name=r>"
    form = f"<input name=a value=1><input type=range>{choices}<textarea>\nx</textarea>"
    page = site.show(document(form))
    assert not page.evaluate("patcher.dirty()")

    page.select_option("select", "2")
    assert page.evaluate("patcher.dirty()")


def test_the_url_as_loaded_is_asked_for_whatever_the_page_shows(site: Site) -> None:
    page = site.show(PLAIN)
    page.evaluate("history.pushState(null, '', '/elsewhere')")
    site.asked.clear()

    assert site.save(document("<p>b</p>"))["outcome"] == "applied"
    path, headers = site.asked[0]
    assert (path, headers["x-asgi-reload-page"], headers["cache-control"]) == ("/", "p1", "no-cache")


def test_a_document_that_shows_another_page_by_now_is_loaded_anew(site: Site) -> None:
    page = site.show(document("<main>a</main><footer>f</footer>"))
    site.files["/two"] = ("text/html", b"<main>another</main>")
    page.evaluate("history.pushState(null, '', '/two'); document.body.innerHTML = '<main>other</main>'")

    assert site.patch() == {"outcome": "reload", "detail": "the page has gone on to another URL"}
    assert page.text_content("main") == "other"


def test_a_url_that_only_a_router_knows_is_not_loaded_unasked(site: Site) -> None:
    page = site.show(document("<main>a</main>"))
    page.evaluate("history.pushState(null, '', '/two'); document.body.innerHTML = '<main>other</main>'")

    detail = "the page has gone on to another URL, which answers 404"
    assert site.patch() == {"outcome": "offered", "detail": detail}


def test_a_document_that_has_come_back_with_another_body_is_loaded_anew_if_it_changed(site: Site) -> None:
    page = site.show(document("<main>a</main>"))
    page.evaluate("document.body.replaceWith(document.body.cloneNode(true))")

    assert site.patch()["outcome"] == "nothing"
    assert site.save(document("<main>b</main>"))["outcome"] == "reload"


def test_without_the_page_as_sent_there_is_nothing_to_merge_with(site: Site) -> None:
    site.sent_type = None
    site.show(PLAIN)

    result = site.save(document("<p>b</p>"))

    assert result == {"outcome": "reload", "detail": "the server has not kept this page as it was sent"}


def test_of_two_patches_at_a_time_the_newer_one_counts(site: Site) -> None:
    page = site.show(PLAIN)
    site.serve(document("<p>b</p>"))

    outcomes = page.evaluate("Promise.all([patcher.patch({}), patcher.patch({}), patcher.patch({})])")

    assert [result["outcome"] for result in outcomes] == ["nothing", "nothing", "applied"]
    assert page.text_content("p") == "b"


def test_a_server_that_is_away_is_a_failure_and_no_obstacle_later(site: Site) -> None:
    page = site.show(PLAIN)
    page.context.set_offline(True)
    assert site.save(document("<p>b</p>"))["outcome"] == "failed"

    page.context.set_offline(False)
    assert site.patch()["outcome"] == "applied"


def test_edit_after_edit_equals_a_fresh_load(site: Site) -> None:
    page = site.show(document("<ul><li>a</li></ul>"))
    versions = [
        "<ul><li>a</li><li>b</li></ul>",
        "<ol><li>b</li></ol>",
        "<p>x</p><ol><li>c</li><li>b</li></ol>",
        "<ul><li>a</li></ul>",
    ]

    for version in versions:
        assert site.save(document(version))["outcome"] == "applied"
        merged = site.markup()
        other = page.context.new_page()
        other.goto(site.url)
        assert merged == other.evaluate("document.documentElement.outerHTML")
        other.close()

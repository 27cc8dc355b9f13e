"""The table of a three-way merge: what the server changed, against what the page did to the same node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conftest import document

if TYPE_CHECKING:
    from .conftest import Site


def test_what_the_server_did_not_change_is_the_pages(site: Site) -> None:
    page = site.show(document('<p id="a" class="x">one</p><p id="b">two</p>'))
    page.evaluate("a.className = 'on'; a.textContent = 'by script'; a.style.color = 'red'; a.kept = 1")

    site.save(document('<p id="a" class="x">one</p><p id="b">two!</p>'))

    assert page.evaluate("[a.outerHTML, a.kept]") == ['<p id="a" class="on" style="color: red;">by script</p>', 1]
    assert page.text_content("#b") == "two!"


def test_changed_attributes_and_texts_are_applied_to_the_same_nodes(site: Site) -> None:
    page = site.show(document('<a id="a" href="/old" title="t">old</a>'))
    page.evaluate("window.before = [a, a.firstChild]")

    result = site.save(document('<a id="a" href="/new" data-n="1">new</a>'))

    assert result == {"outcome": "applied", "detail": "4 changes"}
    assert page.evaluate("a.outerHTML") == '<a id="a" href="/new" data-n="1">new</a>'
    assert page.evaluate("before[0] === a && before[1] === a.firstChild")


def test_the_server_wins_where_both_changed_the_same(site: Site) -> None:
    page = site.show(document('<p id="a" title="one">one</p>'))
    page.evaluate("a.title = 'page'; a.firstChild.data = 'page'")

    site.save(document('<p id="a" title="two">two</p>'))

    assert page.evaluate("[a.title, a.textContent]") == ["two", "two"]


def test_a_person_wins_over_the_server_where_he_opened_something(site: Site) -> None:
    page = site.show(
        document("<details id=a open><summary>s</summary>x</details><details id=b><summary>s</summary>y</details>")
    )
    page.click("#a summary")

    site.save(
        document("<details id=a><summary>s</summary>x</details><details id=b open><summary>s</summary>y</details>")
    )
    assert page.evaluate("[a.open, b.open]") == [False, True]

    page.click("#b summary")
    site.save(
        document(
            "<details id=a><summary>s</summary>x</details><details id=b open class=n><summary>s</summary>y</details>"
        )
    )
    assert page.evaluate("[a.open, b.open, b.className]") == [False, False, "n"]


def test_an_added_node_comes_after_its_left_neighbour_and_page_made_nodes_stay_beside_theirs(site: Site) -> None:
    page = site.show(document("<ul id=list><li>a</li><li>b</li></ul>"))
    page.evaluate("list.children[0].after(Object.assign(document.createElement('li'), {textContent: 'mine'}))")

    site.save(document("<ul id=list><li>a</li><li>b</li><li>c</li></ul>"))
    assert page.evaluate("list.innerText.split(/\\s+/)") == ["a", "mine", "b", "c"]

    site.save(document("<ul id=list><li>0</li><li>a</li><li>b</li><li>c</li></ul>"))
    assert page.evaluate("list.innerText.split(/\\s+/)") == ["0", "a", "mine", "b", "c"]


def test_a_removed_node_goes(site: Site) -> None:
    page = site.show(document("<p>a</p><p id=gone>b</p><p>c</p>"))

    site.save(document("<p>a</p><p>c</p>"))

    assert page.query_selector("#gone") is None


def test_a_removed_node_stays_and_says_so_while_a_person_uses_what_the_page_put_inside(site: Site) -> None:
    page = site.show(document("<p>a</p><div id=box></div>"))
    page.evaluate("box.append(document.createElement('textarea'))")
    page.type("#box textarea", "half a letter")

    result = site.save(document("<p>a</p>"))

    assert page.input_value("#box textarea") == "half a letter"
    assert "kept <div#box>, which the server removed" in result["detail"]


def test_what_the_page_put_into_a_removed_node_goes_with_it_when_nobody_uses_it(site: Site) -> None:
    page = site.show(document("<p>a</p><div id=box></div>"))
    page.evaluate("box.append(document.createElement('textarea'))")

    site.save(document("<p>a</p>"))

    assert page.query_selector("#box") is None


def test_only_nodes_outside_the_longest_run_are_moved(site: Site) -> None:
    rows = [f"<li id=r{n}>{n}</li>" for n in range(6)]
    page = site.show(document(f"<ul>{''.join(rows)}</ul>"))
    page.evaluate(
        "window.records = []; new MutationObserver((all) => records.push(...all))"
        ".observe(document.querySelector('ul'), {childList: true})"
    )

    site.save(document(f"<ul>{''.join([*rows[1:], rows[0]])}</ul>"))

    assert page.evaluate("[...document.querySelectorAll('li')].map((li) => li.id)") == [
        "r1",
        "r2",
        "r3",
        "r4",
        "r5",
        "r0",
    ]
    assert page.evaluate("new Set(records.flatMap((r) => [...r.addedNodes].map((n) => n.id))).size") == 1


def test_what_the_page_removed_stays_away_until_the_server_changes_it(site: Site) -> None:
    page = site.show(document("<div id=banner>Welcome</div><p>a</p>"))
    page.evaluate("window.banner = document.getElementById('banner'); banner.remove()")

    site.save(document("<div id=banner>Welcome</div><p>b</p>"))
    assert page.query_selector("#banner") is None

    site.save(document("<p>b</p><div id=banner>Welcome</div>"))  # merely moved
    assert page.query_selector("#banner") is None

    site.save(document("<p>b</p><div id=banner>Welcome back</div>"))
    assert page.text_content("#banner") == "Welcome back"


def test_a_new_value_of_a_hidden_input_does_not_bring_back_what_the_page_removed(site: Site) -> None:
    page = site.show(document("<form id=f><input type=hidden name=csrf value=1></form><p>a</p>"))
    page.evaluate("f.remove()")

    site.save(document("<form id=f><input type=hidden name=csrf value=2></form><p>b</p>"))

    assert page.query_selector("#f") is None
    assert page.text_content("p") == "b"


def test_the_same_output_changes_nothing(site: Site) -> None:
    site.show(document("<p>a</p>"))

    assert site.save(document("<p>a</p>"))["outcome"] == "nothing"


def test_nodes_without_a_pair_are_never_touched(site: Site) -> None:
    page = site.show(document("<p id=a>a</p>"))
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('div'), {id: 'widget', innerHTML: '<b>w</b>'}));"
        "document.body.setAttribute('data-extension', '1'); document.documentElement.className = 'js'"
    )

    site.save(document("<p id=a>b</p><p>c</p>").replace("<body>", "<body class=wide>"))

    assert page.inner_html("#widget") == "<b>w</b>"
    assert page.evaluate(
        "[document.body.dataset.extension, document.body.className, document.documentElement.className]"
    ) == [
        "1",
        "wide",
        "js",
    ]


def test_what_early_scripts_did_is_the_pages_doing(site: Site) -> None:
    early = "<p id=a>a</p><script>a.className = 'ready'; a.append('!'); document.write('<i>written</i>')</script>"
    page = site.show(document(f"{early}<p id=b>b</p>"))

    site.save(document(f"{early}<p id=b>c</p>"))

    assert page.evaluate("a.outerHTML") == '<p id="a" class="ready">a!</p>'
    assert page.text_content("i") == "written"
    assert page.text_content("#b") == "c"


def test_a_page_that_scripts_have_built_is_loaded_anew(site: Site) -> None:
    body = "<div id=app>{}</div><script>app.innerHTML = '<h1>built</h1>'; document.body.className = 'x'</script>"
    server = "".join(f"<section><p>{n}</p></section>" for n in range(20))
    site.show(document(body.format(server)))

    assert site.save(document(body.format(f"{server}<p>more</p>")))["outcome"] == "reload"

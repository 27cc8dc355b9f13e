"""The rules of aligning and applying, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import document

if TYPE_CHECKING:
    from .conftest import Site


def test_an_inserted_paragraph_shifts_no_state(site: Site) -> None:
    rows = "".join("<p>row <input></p>" for _ in range(3))
    page = site.show(document(rows.replace("row", "{}").format("a", "b", "c")))
    page.type("p:nth-of-type(2) input", "two")

    site.save(document("<p>new <input></p>" + rows.replace("row", "{}").format("a", "b", "c")))

    assert page.evaluate("[...document.querySelectorAll('input')].map((i) => i.value)") == ["", "", "two", ""]


def test_a_wrapped_element_is_the_same_element_even_when_its_wrapper_looks_like_it(site: Site) -> None:
    page = site.show(document("<div><p>a</p><input></div>"))
    page.type("input", "typed")
    page.evaluate("window.box = document.querySelector('div'); window.field = document.querySelector('input')")

    site.save(document("<div><div><p>b</p><input></div></div>"))

    assert page.evaluate("document.querySelector('input') === field && field.parentNode === box")
    assert page.input_value("input") == "typed"


def test_an_unwrapped_element_is_the_same_element(site: Site) -> None:
    page = site.show(document("<main><section><p>a</p><input name=q></section></main>"))
    page.type("input", "typed")

    site.save(document("<main><p>a</p><input name=q></main>"))

    assert page.input_value("input") == "typed"


def test_an_element_with_an_id_is_found_under_another_parent_though_it_changed(site: Site) -> None:
    page = site.show(document("<header><details id=d><summary>a</summary>1</details></header><footer></footer>"))
    page.click("summary")

    site.save(document("<header></header><footer><details id=d><summary>b</summary>2</details></footer>"))

    assert page.evaluate("[d.open, d.parentNode.localName, d.textContent]") == [True, "footer", "b2"]


def test_ids_that_are_new_at_every_render_are_ordinary_attributes(site: Site) -> None:
    body = "<form><label for=f{0}>Name</label><input id=f{0} name=name></form><p id=t{0}>Hello to all of you</p>"
    page = site.show(document(body.format("81a")))
    page.type("input", "typed")
    page.evaluate("window.old = document.querySelector('p')")

    site.save(document(body.format("c07")))

    assert page.input_value("#fc07") == "typed"
    assert page.evaluate("document.querySelector('p') === old && old.id") == "tc07"


def test_what_a_script_did_to_the_class_survives_an_edit_of_the_class(site: Site) -> None:
    page = site.show(document('<p id=a class="card old">x</p>'))
    page.evaluate("a.classList.add('is-on')")

    site.save(document('<p id=a class="card new">x</p>'))

    assert page.evaluate("[...a.classList].sort()") == ["card", "is-on", "new"]


def test_what_a_script_did_to_the_style_survives_an_edit_of_the_style(site: Site) -> None:
    page = site.show(document('<p id=a style="color: red; margin: 1px">x</p>'))
    page.evaluate("a.style.left = '5px'")

    site.save(document('<p id=a style="color: green">x</p>'))

    assert page.evaluate("[a.style.color, a.style.left, a.style.margin]") == ["green", "5px", ""]


@pytest.mark.parametrize("rebuild", ["t.textContent = '7'", "t.innerHTML = '7'", "t.firstChild.replaceWith('7')"])
def test_a_text_that_a_script_has_replaced_follows_the_server(site: Site, rebuild: str) -> None:
    page = site.show(document("<p id=t>0</p>"))
    page.evaluate(rebuild)

    site.save(document("<p id=t>1</p>"))

    assert page.text_content("#t") == "1"


def test_rows_that_a_script_has_rebuilt_are_paired_one_by_one(site: Site) -> None:
    page = site.show(document("<ul id=u><li>a</li><li>b</li></ul>"))
    page.evaluate("u.innerHTML = u.innerHTML; u.lastChild.className = 'mine'")

    result = site.save(document("<ul id=u><li>a</li><li>B</li></ul>"))

    assert result["outcome"] == "applied"
    assert page.inner_html("#u") == '<li>a</li><li class="mine">B</li>'


def test_rows_that_a_script_has_rebuilt_beyond_recognition_are_a_reload_if_one_changed(site: Site) -> None:
    page = site.show(document("<ul id=u><li>a</li><li>b</li></ul><p>x</p>"))
    page.evaluate("u.innerHTML = '<li>b</li>'")

    assert site.save(document("<ul id=u><li>a</li><li>b</li></ul><p>y</p>"))["outcome"] == "applied"
    result = site.save(document("<ul id=u><li>a</li><li>B</li></ul><p>z</p>"))

    assert result == {"outcome": "reload", "detail": "a script has rebuilt <ul#u>, which the server changed"}
    assert page.text_content("p") == "y"  # nothing is written when there is a reason to reload


def test_a_decoration_is_dropped_when_the_text_below_it_changes(site: Site) -> None:
    page = site.show(document("<p id=t>find the word here</p><p id=o>1</p>"))
    page.evaluate(
        "{const range = document.createRange(); range.setStart(t.firstChild, 9); range.setEnd(t.firstChild, 13);"
        " range.surroundContents(document.createElement('mark'))}"
    )

    site.save(document("<p id=t>find the word here</p><p id=o>2</p>"))
    assert page.inner_html("#t") == "find the <mark>word</mark> here"

    site.save(document("<p id=t>find the word there</p><p id=o>2</p>"))
    assert page.inner_html("#t") == "find the word there"


def test_a_text_that_the_page_has_split_is_joined_again(site: Site) -> None:
    page = site.show(document("<p id=t>one two</p>"))
    page.evaluate("t.firstChild.splitText(3)")

    site.save(document("<p id=t>one two three</p>"))

    assert page.evaluate("[t.textContent, t.childNodes.length]") == ["one two three", 1]


def test_a_new_node_beside_a_wrapper_of_the_page_goes_after_the_wrapper(site: Site) -> None:
    page = site.show(document("<div id=box><b>a</b></div>"))
    page.evaluate("{const b = box.firstChild, f = document.createElement('figure'); b.replaceWith(f); f.append(b)}")

    site.save(document("<div id=box><b>a</b><i>new</i></div>"))

    assert page.inner_html("#box") == "<figure><b>a</b></figure><i>new</i>"


def test_a_kept_node_that_the_page_moved_into_a_removed_one_is_rescued(site: Site) -> None:
    page = site.show(document("<div id=gone>x</div><p id=kept>y</p>"))
    page.evaluate("gone.append(kept); window.node = kept")

    site.save(document("<p id=kept>y</p>"))

    assert page.evaluate("document.getElementById('kept') === node && node.parentNode.localName") == "body"
    assert page.query_selector("#gone") is None


def test_attribute_names_that_set_attribute_refuses_are_written(site: Site) -> None:
    page = site.show(document("<p id=a @click='one()'>x</p><svg><use xlink:href='#a'></use></svg>"))

    site.save(document("<p id=a @click='two()' :b=1>x</p><svg><use xlink:href='#b'></use></svg>"))

    assert page.evaluate("[a.getAttribute('@click'), a.getAttribute(':b')]") == ["two()", "1"]
    assert page.evaluate("document.querySelector('use').href.baseVal") == "#b"


def test_a_swapped_stylesheet_stays_the_servers(site: Site) -> None:
    page = site.show(document("<p>a</p>", head='<link id="l" rel="stylesheet" href="/a.css">'))
    page.evaluate(
        "{const old = document.getElementById('l'), clone = old.cloneNode(); clone.href = '/a.css?1';"
        " old.replaceWith(clone); patcher.replaced(old, clone)}"
    )

    site.save(document("<p>b</p>", head='<link id="l" rel="stylesheet" href="/a.css" media="print">'))

    assert page.evaluate("[...document.querySelectorAll('link')].map((l) => l.media + l.getAttribute('href'))") == [
        "print/a.css?1"
    ]


def test_a_node_that_is_to_be_kept_is_left_as_it_is(site: Site) -> None:
    page = site.show(document("<div id=map data-asgi-reload=keep class=a><p>one</p></div><p id=o>1</p>"))

    site.save(document("<div id=map data-asgi-reload=keep class=b><p>two</p><p>more</p></div><p id=o>2</p>"))
    assert page.evaluate("[map.className, map.innerHTML, o.textContent]") == ["a", "<p>one</p>", "2"]

    site.save(document("<section><div id=map data-asgi-reload=keep class=b><p>two</p></div></section><p id=o>3</p>"))
    assert page.evaluate("[map.innerHTML, map.parentNode.localName]") == ["<p>one</p>", "section"]

    site.save(document("<section></section><p id=o>3</p>"))
    assert page.query_selector("#map") is None


def test_off_keeps_as_well_and_a_page_may_set_it(site: Site) -> None:
    page = site.show(document("<div id=w>one</div>"))
    page.evaluate("w.dataset.asgiReload = 'off'")

    site.save(document("<div id=w>two</div>"))

    assert page.text_content("#w") == "one"


def test_taking_keep_back_lets_the_server_in_again(site: Site) -> None:
    page = site.show(document("<div id=w data-asgi-reload=keep>one</div>"))

    site.save(document("<div id=w>two</div>"))

    assert page.evaluate("w.outerHTML") == '<div id="w">two</div>'


def test_the_head_follows(site: Site) -> None:
    page = site.show(document("<p>a</p>", head="<meta name=description content=a>"))
    page.evaluate("document.head.append(Object.assign(document.createElement('style'), {id: 'by-script'}))")

    head = "<meta name=description content=b><link rel=icon href=data:,><style>p {color: rgb(1, 2, 3)}</style>"
    site.save(document("<p>a</p>", head=head).replace("<title>Test", "<title>Other").replace("lang=en", "lang=de"))

    assert page.title() == "Other"
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.get_attribute("meta", "content") == "b"
    assert page.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(1, 2, 3)"
    assert page.query_selector("#by-script") is not None


def test_new_custom_elements_and_svg_come_alive(site: Site) -> None:
    site.page.add_init_script(
        "customElements.define('x-a', class extends HTMLElement { connectedCallback() { this.title = 'up' } })"
    )
    page = site.show(document("<p>a</p>"))

    site.save(
        document(
            "<p>a</p><x-a></x-a><svg viewBox='0 0 1 1'><foreignObject><p>f</p></foreignObject></svg>"
            "<table><tr><td>1</table>"
        )
    )

    assert page.get_attribute("x-a", "title") == "up"
    assert page.evaluate("document.querySelector('foreignObject').namespaceURI") == "http://www.w3.org/2000/svg"
    assert page.evaluate("document.querySelector('td').textContent") == "1"


def test_the_content_of_a_template_follows(site: Site) -> None:
    page = site.show(document("<template id=t><p>a</p></template>"))
    page.evaluate("window.inner = t.content.firstChild")

    site.save(document("<template id=t><p>b</p><i>c</i></template><template id=n><x-z></x-z></template>"))

    assert page.evaluate("[t.innerHTML, t.content.firstChild === inner, t.childNodes.length]") == [
        "<p>b</p><i>c</i>",
        True,
        0,
    ]
    assert page.evaluate("[n.innerHTML, n.childNodes.length]") == ["<x-z></x-z>", 0]


CARD = "<x-card id=c><template shadowrootmode={}><input><p>{}</p></template><b>{}</b></x-card>"


def test_an_open_declarative_shadow_root_is_merged_inside(site: Site) -> None:
    page = site.show(document(CARD.format("open", "one", "light")))
    page.type("#c input", "typed")

    site.save(document(CARD.format("open", "two", "lighter")))

    assert page.evaluate("[c.shadowRoot.querySelector('p').textContent, c.innerHTML]") == ["two", "<b>lighter</b>"]
    assert page.evaluate("c.shadowRoot.querySelector('input').value") == "typed"


def test_a_changed_closed_shadow_root_is_a_reload_and_an_unchanged_one_is_none(site: Site) -> None:
    page = site.show(document(CARD.format("closed", "one", "light")))

    assert site.save(document(CARD.format("closed", "one", "lighter")))["outcome"] == "applied"
    assert page.inner_html("#c") == "<b>lighter</b>"
    assert site.save(document(CARD.format("closed", "two", "lighter")))["detail"] == "a closed shadow root changed"


@pytest.mark.parametrize(
    "constructor", ["this.attachShadow({mode: 'open'})", "this.shadowRoot ?? this.attachShadow({mode: 'open'})"]
)
def test_a_new_element_comes_with_its_declarative_shadow_root(site: Site, constructor: str) -> None:
    site.page.add_init_script(
        "customElements.define('x-card', class extends HTMLElement {"
        f" constructor() {{ super(); window.had = !!this.shadowRoot; {constructor} }} }})"
    )
    page = site.show(document("<p>a</p>"))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    site.save(document("<p>a</p>" + CARD.format("open", "one", "light")))

    assert page.evaluate("[had, !!c.shadowRoot, c.innerHTML]") == [True, True, "<b>light</b>"]
    assert errors == []

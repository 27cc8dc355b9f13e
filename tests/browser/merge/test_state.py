"""What a person has typed, chosen, opened and scrolled survives, trap by trap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import document

if TYPE_CHECKING:
    from .conftest import Site

NO_MOVE_BEFORE = "for (const p of [Element, Document, DocumentFragment]) delete p.prototype.moveBefore"


def test_typed_text_stays_when_the_server_changes_the_value_and_a_clean_field_follows(site: Site) -> None:
    page = site.show(document("<input name=a value=1><input name=b value=1>"))
    page.fill("[name=a]", "typed")

    site.save(document("<input name=a value=2><input name=b value=2>"))

    assert [page.input_value("[name=a]"), page.input_value("[name=b]")] == ["typed", "2"]
    assert page.get_attribute("[name=a]", "value") == "2"


def test_a_checked_box_stays_and_a_clean_one_follows(site: Site) -> None:
    page = site.show(document("<input type=checkbox name=a><input type=checkbox name=b>"))
    page.check("[name=a]")

    site.save(document("<input type=checkbox name=a checked><input type=checkbox name=b checked>"))
    site.save(document("<input type=checkbox name=a><input type=checkbox name=b>"))

    assert [page.is_checked("[name=a]"), page.is_checked("[name=b]")] == [True, False]


def test_a_typed_textarea_stays_and_a_clean_one_follows(site: Site) -> None:
    page = site.show(document("<textarea name=a>1</textarea><textarea name=b>1</textarea>"))
    page.fill("[name=a]", "typed")

    site.save(document("<textarea name=a>2</textarea><textarea name=b>2</textarea>"))

    assert [page.input_value("[name=a]"), page.input_value("[name=b]")] == ["typed", "2"]


def test_a_choice_survives_another_selected_option_and_a_clean_select_follows(site: Site) -> None:
    select = "<select name={}><option>r</option><option>g</option><option{}>b</option></select>"
    page = site.show(document(select.format("x", "") + select.format("y", "")))
    page.select_option("[name=x]", "g")

    site.save(document(select.format("x", " selected") + select.format("y", " selected")))

    assert [page.input_value("[name=x]"), page.input_value("[name=y]")] == ["g", "b"]


def test_a_choice_survives_options_that_are_inserted_and_renamed(site: Site) -> None:
    page = site.show(document("<select><option value=r>Red</option><option value=g>Green</option></select>"))
    page.select_option("select", "g")

    site.save(
        document(
            "<select><option value=b>Blue</option><option value=r>Red</option><option value=g>Lime</option></select>"
        )
    )

    assert page.input_value("select") == "g"
    assert page.evaluate("document.querySelector('select').selectedOptions[0].text") == "Lime"


def test_a_clean_select_shows_an_option_that_is_put_first(site: Site) -> None:
    page = site.show(document("<select><option>b</option><option>c</option></select>"))

    site.save(document("<select><option>a</option><option>b</option><option>c</option></select>"))

    assert page.input_value("select") == "a"


def test_a_chosen_radio_stays_and_a_clean_group_follows(site: Site) -> None:
    radio = "<input type=radio name={0} value="
    radios = f"{radio}1{{1}}>{radio}2>{radio}3{{2}}>"
    page = site.show(document(radios.format("a", " checked", "") + radios.format("b", " checked", "")))
    page.check("[name=a][value='2']")

    site.save(document(radios.format("a", "", " checked") + radios.format("b", "", " checked")))

    assert page.evaluate("[...document.querySelectorAll(':checked')].map((r) => r.name + r.value)") == ["a2", "b3"]


def test_a_drawing_stays_on_a_canvas_whose_size_is_sent_again(site: Site) -> None:
    page = site.show(document("<canvas id=c width=20 height=20></canvas>"))
    page.evaluate("c.getContext('2d').fillRect(0, 0, 20, 20)")

    site.save(document("<canvas id=c width=20 height=20 class=big></canvas>"))

    assert page.evaluate("[c.className, c.getContext('2d').getImageData(5, 5, 1, 1).data[3]]") == ["big", 255]


def test_a_modal_dialog_stays_modal_beside_changes(site: Site) -> None:
    page = site.show(document("<dialog id=d>a</dialog>"))
    page.evaluate("d.showModal()")

    site.save(document("<dialog id=d class=n>b</dialog>"))

    assert page.evaluate("[d.open, d.matches(':modal'), d.textContent]") == [True, True, "b"]


def test_a_dialog_that_the_server_closes_leaves_no_inert_page(site: Site) -> None:
    page = site.show(document("<dialog id=d open>a</dialog>"))
    page.evaluate("d.close(); d.showModal()")

    site.save(document("<dialog id=d>a</dialog>"))

    assert page.evaluate("[d.open, d.matches(':modal')]") == [False, False]


MOVING = {
    "before": "<p>top</p><div id=box>{}</div><div id=other>1</div>",
    "after": "<p>top</p><div id=other>1</div><section><div id=box>{}</div></section>",
}
HELD = (
    "<input id=i><iframe id=f srcdoc='<p>in</p>'></iframe><x-log></x-log>"
    "<div id=s style='height:20px;overflow:auto'><div style='height:200px'>x</div></div>"
)


def test_a_move_keeps_frame_focus_caret_animation_scroll_and_custom_elements(site: Site) -> None:
    site.page.add_init_script(
        "window.log = []; customElements.define('x-log', class extends HTMLElement {"
        " connectedCallback() { log.push('+') } disconnectedCallback() { log.push('-') } connectedMoveCallback() {} })"
    )
    page = site.show(document(MOVING["before"].format(HELD)))
    page.type("#i", "typed")
    page.evaluate("i.setSelectionRange(1, 3); s.scrollTop = 50; f.contentWindow.mark = 1; window.kept = box")
    page.evaluate("window.animation = s.animate({opacity: [0, 1]}, 1e6); animation.currentTime = 5e5")

    site.save(document(MOVING["after"].format(HELD)))

    assert page.evaluate("kept === box && box.parentNode.localName") == "section"
    assert page.evaluate("[document.activeElement.id, i.selectionStart, i.selectionEnd, i.value]") == [
        "i",
        1,
        3,
        "typed",
    ]
    assert page.evaluate("[s.scrollTop, f.contentWindow.mark, log.join('')]") == [50, 1, "+"]
    assert page.evaluate("animation.currentTime >= 5e5 && s.getAnimations().length") == 1


def test_without_move_before_a_move_gives_back_focus_caret_and_scroll(site: Site) -> None:
    site.page.add_init_script(NO_MOVE_BEFORE)
    page = site.show(document(MOVING["before"].format(HELD)))
    page.type("#i", "typed")
    page.evaluate("i.setSelectionRange(1, 3); s.scrollTop = 50; window.kept = box")

    site.save(document(MOVING["after"].format(HELD)))

    assert page.evaluate("kept === box && [document.activeElement.id, i.selectionStart, i.selectionEnd]") == ["i", 1, 3]
    assert page.evaluate("s.scrollTop") == 50


@pytest.mark.parametrize(
    "fragile", ["<iframe srcdoc=x></iframe>", "<x-log></x-log>", "<canvas></canvas>", "<video></video>"]
)
def test_without_move_before_the_plain_ones_go_around_what_would_lose_state(site: Site, fragile: str) -> None:
    site.page.add_init_script(NO_MOVE_BEFORE)
    rows = [f"<li id=a>{fragile}</li>", "<li id=b>b</li>", "<li id=c>c</li>", "<li id=d>d</li>"]
    page = site.show(document(f"<ul>{''.join(rows)}</ul>"))
    page.evaluate(
        "window.moved = []; const note = (r) => moved.push(...[...r.removedNodes].map((node) => node.id));"
        "new MutationObserver((all) => all.forEach(note)).observe(document.querySelector('ul'), {childList: true})"
    )

    site.save(document(f"<ul>{''.join([*rows[1:], rows[0]])}</ul>"))

    assert page.evaluate("[...document.querySelectorAll('li')].map((li) => li.id)") == ["b", "c", "d", "a"]
    assert sorted(page.evaluate("moved")) == ["b", "c", "d"]


def test_a_modal_dialog_is_shown_again_when_a_move_took_it_out(site: Site) -> None:
    site.page.add_init_script(NO_MOVE_BEFORE)
    page = site.show(document("<dialog id=d>a</dialog><div id=home></div>"))
    page.evaluate("d.showModal()")

    site.save(document("<div id=home><dialog id=d>a</dialog></div>"))

    assert page.evaluate("d.parentNode.id + d.open + d.matches(':modal')") == "hometruetrue"


def test_a_video_looks_for_its_source_again_when_the_sources_change(site: Site) -> None:
    page = site.show(document("<video id=v><source src=/a.mp4></video>"))
    page.evaluate("window.loads = 0; v.load = () => { loads++ }; null")

    site.save(document("<video id=v class=n><source src=/a.mp4></video>"))
    assert page.evaluate("loads") == 0

    site.save(document("<video id=v class=n><source src=/b.mp4></video>"))
    assert page.evaluate("loads") == 1


def test_a_style_with_rules_by_script_is_left_alone_beside_other_changes(site: Site) -> None:
    page = site.show(document("<style id=s>p {color: red}</style><p>a</p>"))
    page.evaluate("s.sheet.insertRule('p {margin: 3px}')")

    site.save(document("<style id=s>p {color: red}</style><p>b</p>"))

    assert page.evaluate("s.sheet.cssRules.length") == 2


def test_details_of_a_group_that_a_person_opened_are_not_closed_by_another(site: Site) -> None:
    group = "<details id=a name=g><summary>1</summary></details><details id=b name=g{}><summary>2</summary></details>"
    page = site.show(document(group.format("")))
    page.click("#a summary")

    site.save(document(group.format(" open")))

    assert page.evaluate("[a.open, b.open]") == [True, False]


def test_a_popover_stays_in_the_top_layer(site: Site) -> None:
    page = site.show(document("<div id=p popover>a</div><p>x</p>"))
    page.evaluate("p.showPopover()")

    site.save(document("<p>x</p><section><div id=p popover>b</div></section>"))

    assert page.evaluate("[p.matches(':popover-open'), p.textContent]") == [True, "b"]


def test_a_selection_survives_a_move_and_a_change_beside_it(site: Site) -> None:
    page = site.show(document("<p id=t>select these words here</p><p id=o>1</p>"))
    page.evaluate("getSelection().setBaseAndExtent(t.firstChild, 7, t.firstChild, 12)")

    site.save(document("<p id=o>1</p><section><p id=t>please select these words here</p></section>"))

    assert page.evaluate("getSelection().toString()") == "these"


def test_page_scroll_stays(site: Site) -> None:
    tall = "<div style='height:3000px'>x</div><p id=p>{}</p>"
    page = site.show(document(tall.format("a")))
    page.evaluate("scrollTo(0, 700)")

    site.save(document(tall.format("b")))

    assert page.evaluate("scrollY") == 700


def test_what_a_person_typed_into_editable_text_stays(site: Site) -> None:
    page = site.show(document("<div id=e contenteditable>draft</div><p>a</p>"))
    page.click("#e")
    page.keyboard.press("End")
    page.keyboard.type(" by hand")

    site.save(document("<div id=e contenteditable>another draft</div><p>b</p>"))

    assert page.text_content("#e") == "draft by hand"
    assert page.evaluate("patcher.dirty()")


def test_a_value_never_turns_up_in_another_field(site: Site) -> None:
    page = site.show(document("<input name=city><input name=street>"))
    page.fill("[name=city]", "Bern")

    site.save(document("<input name=zip><input name=street>"))

    assert page.input_value("[name=zip]") == ""

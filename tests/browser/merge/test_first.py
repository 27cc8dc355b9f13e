from __future__ import annotations
from .conftest import Site, document

def test_first(site: Site) -> None:
    site.page.on("console", lambda m: print("CONSOLE", m.text))
    site.page.on("pageerror", lambda m: print("ERR", m))
    site.show(document("<p>one</p><input name=q><p id=x>two</p>"))
    site.page.type("input", "hi")
    print(site.save(document("<p>one</p><p>new</p><input name=q><p id=x>two!</p>")))
    print(site.markup())
    assert site.page.input_value("input") == "hi"
    print(site.patch())

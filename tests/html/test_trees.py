"""The HTML community's own documents: whatever they are, their tree stays what it was, but for our element."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import html5lib
import pytest

from asgi_reload.html.injector import Injector

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "html5lib-tests" / "tree-construction"
TAG = "<script data-asgi-reload></script>"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"needs the html5lib tests in {CORPUS}")


def documents(file: str) -> list[str]:
    """The inputs of a file: what stands between `#data` and `#errors`."""
    cases = ("\n" + (CORPUS / file).read_bytes().decode()).split("\n#data\n")[1:]
    return [case.partition("\n#errors")[0] for case in cases]


def tree(markup: str, scripting: bool) -> Any:
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("dom"))
    parsed = parser.parse(markup, scripting=scripting)
    # Tokens are cut into text nodes wherever a parser likes; what counts is what our element cuts.
    parsed.normalize()
    return parsed


def without_ours(parsed: Any) -> Any:
    (ours,) = [s for s in parsed.getElementsByTagName("script") if s.hasAttribute("data-asgi-reload")]
    assert ours.parentNode.tagName == "head"
    ours.parentNode.removeChild(ours)
    return parsed


def outline(node: Any) -> list[Any]:
    lines = []
    stack = [(0, node)]

    while stack:
        depth, node = stack.pop()
        attributes = sorted((a.name, a.value) for a in (node.attributes or {}).values()) if node.attributes else []
        doctype = (node.publicId, node.systemId) if node.nodeType == node.DOCUMENT_TYPE_NODE else ()
        lines.append((depth, node.nodeName, getattr(node, "namespaceURI", None), node.nodeValue, attributes, doctype))
        stack.extend((depth + 1, child) for child in reversed(node.childNodes))

    return lines


def injected(markup: str) -> str | None:
    injector = Injector(TAG.encode())
    out = injector.feed(markup.encode("utf-8", "surrogatepass"), more=False).decode("utf-8", "surrogatepass")

    if not injector.injected:
        assert out == markup

    return out if injector.injected else None


@pytest.mark.parametrize("file", sorted(path.name for path in CORPUS.glob("*.dat")))
def test_the_tree_stays_but_for_our_element(file: str) -> None:
    for markup in documents(file):
        ours = injected(markup)
        if ours is not None:
            for scripting in (False, True):
                assert outline(without_ours(tree(ours, scripting))) == outline(tree(markup, scripting)), markup


def test_the_corpus_is_read_whole() -> None:
    everything = [markup for path in CORPUS.glob("*.dat") for markup in documents(path.name)]
    ours = [markup for markup in everything if injected(markup) is not None]

    assert len(everything) == 1792
    assert len(ours) > 700


@pytest.mark.parametrize("file", sorted(path.name for path in CORPUS.glob("*.dat")))
def test_every_case_is_also_content_of_a_document(file: str) -> None:
    for markup in documents(file):
        whole = f"<!doctype html>{markup}"
        ours = injected(whole)
        assert ours is not None or "<!" in markup or "<?" in markup or "</" in markup
        if ours is not None:
            assert outline(without_ours(tree(ours, False))) == outline(tree(whole, False)), whole

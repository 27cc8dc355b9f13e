"""How things look and what a screen reader is told: axe-core, pictures to keep, shadow roots that a test enters."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

OPEN_ROOTS = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: "open" }); };
"""
"""For a page's init script: ours are closed to scripts, and so to locators and axe-core."""
PROJECT = Path(__file__).parent.parent.parent
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
RULES = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const why = ({ any, all, none }) => [...any, ...all, ...none].map((check) => check.message).join("; ");
  const told = ({ id, nodes }) => nodes.map((node) => [id, node.target.flat(Infinity).join(" "), why(node)].join(": "));
  return violations.flatMap(told);
}
"""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page, in words; shadow roots included that are open."""
    assert AXE.exists(), "axe-core is not installed; make test does that"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RULES)
    return found


def keep(page: Page, name: str, **options: Any) -> Path:
    """A picture of the page, for people to look at: in `screenshots/`, or where `SCREENSHOTS` says."""
    folder = Path(os.environ.get("SCREENSHOTS", PROJECT / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", animations="disabled", **options)
    return folder / f"{name}.png"

"""How long a page of 5,000 nodes takes to follow a template edit: parse, align, plan, apply, in Chromium.

    python -m benchmarks.merge [--runs 30]

The client's own modules, a real page, one edit after another; the figures are medians and minima in ms.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

CLIENT = Path(__file__).parents[1] / "asgi_reload" / "client"
ORIGIN = "http://merge.test"
ROWS = 500
MEASURE = """
async ({ before, after, runs }) => {
  const [{ merge }, { Parser }, { pair }, { tidy }] = await Promise.all(
    ["merge", "parse", "shape", "tidy"].map((name) => import(`/merge/${name}.js`)));
  const parser = Parser.create();
  const parse = (text) => tidy(parser.parse(text), "/__reload__");
  const remember = () => {
    const nodes = [];
    const walker = document.createTreeWalker(document);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node);
    return { url: "", nonce: "", copy: document.cloneNode(true), lists: [{ root: document, nodes, copy: null }] };
  };
  const times = { remember: [], pair: [], parse: [], merge: [], total: [] };
  const page = { document, nonce: "", parser, used: new WeakSet() };
  const now = () => performance.now();

  for (let run = 0; run < runs; run++) {
    const started = now();
    const shape = remember();
    times.remember.push(now() - started);
    const base = parse(before);
    const pairing = now();
    const pairs = pair(base, shape, "/__reload__");
    times.pair.push(now() - pairing);

    for (const text of [after, before]) {
      await new Promise(requestAnimationFrame);
      const begin = now();
      const next = parse(text);
      const parsed = now();
      const { refusal } = merge(base, next, pairs, page);
      const done = now();
      if (refusal) throw new Error(refusal);
      times.parse.push(parsed - begin);
      times.merge.push(done - parsed);
      times.total.push(done - begin);
    }
  }

  return { times, nodes: document.evaluate("count(//node())", document).numberValue };
}
"""


def document(rows: list[str]) -> str:
    head = "<head><title>Rows</title></head>"
    return f"<!doctype html><html>{head}<body><h1>Rows</h1><table><tbody>{''.join(rows)}</tbody></table></body></html>"


def row(number: int, text: str = "") -> str:
    return (
        f'<tr id="row-{number}" class="row"><td>{number}</td><td><a href="/item/{number}">Item {number}{text}</a></td>'
        f'<td><input name="q{number}" value="{number % 7}"></td><td>open</td></tr>'
    )


def edits() -> dict[str, tuple[str, str]]:
    """Named pairs of versions: one small edit, several far apart, everything."""
    rows = [row(number) for number in range(ROWS)]
    plain = document(rows)
    some = [row(number, "!") if number % 50 == 0 else text for number, text in enumerate(rows)]
    return {
        "one text": (plain, document([*rows[:250], row(250, "!"), *rows[251:]])),
        "one row inserted": (plain, document([*rows[:250], row(9_999), *rows[250:]])),
        "ten rows changed": (plain, document(some)),
        "every row changed": (plain, document([row(number, "!") for number in range(ROWS)])),
        "rows reversed": (plain, document(rows[::-1])),
        "table wrapped": (plain, plain.replace("<table>", "<main><table>").replace("</table>", "</table></main>")),
    }


def serve(route: Route, text: str) -> None:
    path = route.request.url.removeprefix(ORIGIN)

    if path == "/":
        route.fulfill(content_type="text/html; charset=utf-8", body=text)
    else:
        route.fulfill(content_type="text/javascript", body=(CLIENT / path.lstrip("/")).read_text(encoding="utf-8"))


def measure(page: Page, name: str, before: str, after: str, runs: int) -> None:
    page.unroute_all()
    page.route("**/*", lambda route: serve(route, before))
    page.goto(f"{ORIGIN}/")
    result = page.evaluate(MEASURE, {"before": before, "after": after, "runs": runs})
    figures = "  ".join(
        f"{stage} {median(times):.1f} ({min(times):.1f})" for stage, times in sorted(result["times"].items())
    )
    print(f"{name:18} {result['nodes']:.0f} nodes  {figures}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    print("ms, median (minimum)")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()

        for name, (before, after) in edits().items():
            measure(page, name, before, after, runs)

        browser.close()


if __name__ == "__main__":
    main()

"""From the moment a Python file is written to the first frame that shows it: ours, and a restart with arel.

The shop of 100 modules; a page that shows what the edited helper says. One page is open at a time.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from contextlib import ExitStack

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS

from . import shop
from .contenders import OURS, RELOAD_AREL, serving
from .harness import headline, median, percentile
from .save_to_screen import LOST, Screen

BLOCKS = 3
SAVES = 5
PAUSE_S = (0.5, 0.9)
SHOWN_S = 30.0


def main(*chosen: str) -> None:
    contenders = [each for each in (OURS, RELOAD_AREL) if each.is_here and each.name in (chosen or {each.name})]
    figures: dict[str, list[float]] = {each.name: [] for each in contenders}

    with sync_playwright() as playwright, ExitStack() as stack:
        system = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=system, args=FLAGS)
        running = {each.name: stack.enter_context(serving(each)) for each in contenders}
        print(headline(f"Save of Python → screen, {BLOCKS * SAVES} saves each, ms (p50 / p90)"))

        for turn in range(BLOCKS):
            for name, server in running.items():
                screen = Screen(browser, f"{server.url}/")
                screen.page.wait_for_timeout(1500)
                for version in range(1 + turn * SAVES, 1 + (turn + 1) * SAVES):
                    time.sleep(random.uniform(*PAUSE_S))
                    server.connect()
                    began = time.time() * 1000
                    (server.folder / shop.LEAF).write_text(shop.leaf(version))
                    figures[name].append(screen.ms_until(f"Leaf v{version}; 0px", began, SHOWN_S))
                screen.close()

    for name, values in figures.items():
        seen = [value for value in values if value != LOST]
        lost = f"   {len(values) - len(seen)} never shown" if len(seen) < len(values) else ""
        ratio = f"   ours is {median(figures[OURS.name]) / median(seen):.3f} ×" if name != OURS.name and seen else ""
        print(f"{name:24} {median(seen):8.1f} / {percentile(seen, 90):8.1f}{ratio}{lost}" if seen else f"{name}{lost}")


if __name__ == "__main__":
    main(*sys.argv[1:])

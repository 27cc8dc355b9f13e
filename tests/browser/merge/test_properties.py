"""The promises of the merge over generated documents, edits and changes of a person, against fresh loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import document

if TYPE_CHECKING:
    from .conftest import Site

CASES = 5_000
BATCH = 500


@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_a_merge_gives_a_fresh_load_and_keeps_what_the_server_did_not_touch(site: Site, first: int) -> None:
    page = site.show(document("<p>stage</p>"))
    page.set_default_timeout(50_000)

    checked = page.evaluate(
        "([first, count]) => import('/__reload__/client/tests/properties.js').then(({ run }) => run(first, count))",
        [first, BATCH],
    )

    assert checked > BATCH  # nodes whose identity and state were looked at

"""Saves under traffic: in no mode does a request fail, and none is older than the last save that was done before it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from asgi_reload.workers.interpreters import why_no_interpreters

from ..programs.traffic import Traffic
from ..sites import make
from .commanded import commanded
from .programs import SHOP

if TYPE_CHECKING:
    from pathlib import Path

MODES = ["--hot", "--cold", *([] if why_no_interpreters() else ["--isolated"])]
SAVES = int(os.environ.get("SAVES", "25"))
PARTS = 10  # files that are saved in turn: one that is written on and on is told of less often
FILES = {
    **SHOP,
    "prices.py": f"""
        from parts import {", ".join(f"part_{n}" for n in range(PARTS))}

        EVERY = [{", ".join(f"part_{n}" for n in range(PARTS))}]


        def shown():
            return f"{{1 + sum(part.PRICE for part in EVERY)}} coins"
        """,
    "parts/__init__.py": "",
    **{f"parts/part_{n}.py": "PRICE = 0\n" for n in range(PARTS)},
}


@pytest.mark.timeout(60 + SAVES * 5)
@pytest.mark.parametrize("mode", MODES)
def test_no_request_fails_while_saves_come_in(tmp_path: Path, mode: str) -> None:
    with commanded(make(tmp_path / "shop", FILES), mode, "--no-access-log") as site:
        traffic = Traffic(site.server.port, ["/price", "/hit", "/"])
        try:
            for number in range(SAVES):
                with traffic.saving():
                    site.write(f"parts/part_{number % PARTS}.py", f"PRICE = {number // PARTS + 1}\n")
                    site.answers("/price", f"{number + 2} coins")
        finally:
            traffic.stop()

        assert len(traffic.answers) > 5  # each of the connections has asked
        assert [answer for answer in traffic.answers if answer.status != 200] == []
        prices = [answer for answer in traffic.answers if answer.path == "/price"]
        assert [a for a in prices if int(a.text.split()[0]) - 1 not in range(a.done, a.begun + 1)] == []

"""Saves under traffic: in no mode does a request fail, and none is older than the last save that was done before it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ..programs.traffic import Traffic
from ..sites import make
from .commanded import commanded
from .programs import SHOP

if TYPE_CHECKING:
    from pathlib import Path

SAVES = int(os.environ.get("SAVES", "25"))


@pytest.mark.timeout(60 + SAVES * 5)
@pytest.mark.parametrize("mode", ["--hot", "--cold"])
def test_no_request_fails_while_saves_come_in(tmp_path: Path, mode: str) -> None:
    with commanded(make(tmp_path / "shop", SHOP), mode, "--no-access-log") as site:
        traffic = Traffic(site.server.port, ["/price", "/hit", "/"])
        try:
            for number in range(2, SAVES + 2):
                with traffic.saving():
                    site.replace("prices.py", f"PRICE = {number - 1}\n", f"PRICE = {number}\n")
                    site.answers("/price", f"{number} coins")
        finally:
            traffic.stop()

        assert len(traffic.answers) > 5  # each of the connections has asked
        assert [answer for answer in traffic.answers if answer.status != 200] == []
        prices = [answer for answer in traffic.answers if answer.path == "/price"]
        assert [a for a in prices if int(a.text.split()[0]) - 1 not in range(a.done, a.begun + 1)] == []

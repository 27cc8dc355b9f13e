"""Who holds a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from asgi_reload.cli.holders import holder_of
from asgi_reload.cli.sockets import PortTaken, bind, url_of
from asgi_reload.command import ServerOptions

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs /proc")
HOLD = """
import socket, sys
taken = socket.create_server((sys.argv[1], 0), family=socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
print(taken.getsockname()[1], flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_is_named_with_what_it_runs(tmp_path: Path, host: str) -> None:
    script = tmp_path / "shop.py"
    script.write_text(HOLD)
    with subprocess.Popen(
        [sys.executable, str(script), host], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        assert holder_of(port) == f"shop.py {host} (pid {other.pid})"


def test_a_connection_from_a_port_does_not_hold_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert str(os.getpid()) in (holder_of(server.getsockname()[1]) or "")
        assert holder_of(client.getsockname()[1]) is None


def test_where_nobody_tells_the_port_is_just_in_use(tmp_path: Path) -> None:
    assert holder_of(80, tmp_path) is None


def test_the_next_free_port_is_one_that_can_be_had() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken) as refused:
            bind(ServerOptions(port=port))

    assert refused.value.free is not None and refused.value.free > port
    (bound,) = bind(ServerOptions(port=refused.value.free))
    with bound:
        assert url_of(ServerOptions(), bound) == f"http://127.0.0.1:{refused.value.free}"


def test_a_port_that_is_free_for_one_address_only_is_taken() -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
    if addresses != {"127.0.0.1", "::1"}:
        pytest.skip("localhost has one address here")

    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken, pytest.raises(PortTaken):
        bind(ServerOptions(host="localhost", port=taken.getsockname()[1]))


def test_the_url_is_the_one_past_the_proxy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = url_of(ServerOptions(root_path="/api"), bound)

        assert url == f"http://127.0.0.1:{bound.getsockname()[1]}"

"""A uvicorn as front, and a child of it that answers over lines: the bridge as it is used."""

from __future__ import annotations

FRONT = """
import array, os, socket, subprocess, sys
from asgi_reload.bridge.caller import Caller

control, theirs = socket.socketpair()
loop = os.environ.get("LOOP", "auto")
worker = subprocess.Popen(
    [sys.executable, "worker.py", str(theirs.fileno()), loop], pass_fds=[theirs.fileno()], stdout=sys.stdout
)
theirs.close()
call = Caller(lambda end: socket.send_fds(control, [b"l"], [end.fileno()]))

async def app(scope, receive, send):
    if scope["type"] != "lifespan":
        await call(scope, receive, send)
"""

WORKER = """
import asyncio, os, socket, sys
from asgi_reload.bridge.answerer import Answerer
from main_app import app

async def main():
    control = socket.socket(fileno=int(sys.argv[1]))
    control.setblocking(False)
    answerer = Answerer(app)
    ended = asyncio.Event()

    def take():
        data, fds, _, _ = socket.recv_fds(control, 1, 8)
        for fd in fds:
            answerer.take(socket.socket(fileno=fd))
        if not data:
            asyncio.get_running_loop().remove_reader(control)
            ended.set()

    asyncio.get_running_loop().add_reader(control, take)
    await ended.wait()

if sys.argv[2] == "asyncio":
    asyncio.run(main())
else:
    import uvloop
    uvloop.run(main())
"""


def bridged(app: str) -> dict[str, str]:
    """The files of a folder whose `main:app` is that app, behind a line. The worker ends with its front."""
    return {"main.py": FRONT, "worker.py": WORKER, "main_app.py": app}

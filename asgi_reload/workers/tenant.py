"""What runs inside a fresh subinterpreter: imports ahead, and then one life. Called there from the host's own.

The functions take and give only what can be handed from one interpreter to another: numbers and text.
"""

from __future__ import annotations

import json
import socket
import sys
import traceback
from typing import TYPE_CHECKING

from .surroundings import as_after_spawn, settle
from .warming import load, warm

if TYPE_CHECKING:
    from collections.abc import Callable


def import_ahead(modules: str, surroundings: str, entry: str) -> str:
    """Import these, and what an entry needs; module → why it failed. All three but the entry are JSON."""
    settle(json.loads(surroundings), with_path=False)
    return json.dumps(warm([entry.partition(":")[0], *json.loads(modules)]).failed)


def live(control: int, config: str, entry: str) -> int:
    """Run the entry over that descriptor, with that config (JSON); the exit code, as a process would have it."""
    as_after_spawn()
    settled = json.loads(config)
    run = load(entry)
    settle(settled, with_path=True)

    with socket.socket(fileno=control) as sock:
        return _exit_code(lambda: run(sock, settled))


def _exit_code(run: Callable[[], int]) -> int:
    try:
        return run()
    except SystemExit as leaving:
        return _code(leaving.code)
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _code(given: object) -> int:
    """As Python takes what `sys.exit` was given."""
    match given:
        case None:
            return 0
        case int(code):
            return code & 0xFF
        case _:
            sys.stderr.write(f"{given}\n")
            return 1

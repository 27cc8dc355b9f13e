"""What user code finds around it: environment, directory, where modules come from, arguments. As in a fresh process."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Both have a `seed()`; a forked process has its parent's state, and so would every generation of workers.
RANDOM: Final = ("random", "numpy.random")
# What modules may look at when they are imported.
SEEN: Final = ("env", "directory")


def surroundings_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a config an import ahead depends on."""
    return {name: config[name] for name in SEEN if name in config}


def settle(config: Mapping[str, Any], *, with_path: bool) -> None:
    """Take on what a config says of `env` (all of it), `directory`, `path` (first in `sys.path`) and `argv`.

    What it does not mention stays. with_path: False where nothing of the project may be imported by accident.
    """
    if (env := config.get("env")) is not None:
        _change_environment(env)

    if (directory := config.get("directory")) is not None:
        os.chdir(directory)

    if with_path:
        first = list(config.get("path", ()))
        sys.path[:] = [*first, *(entry for entry in sys.path if entry not in first)]
        sys.argv = list(config.get("argv", sys.argv[:1]))


def _change_environment(env: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(env):
        del os.environ[name]

    for name, value in env.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def as_after_spawn() -> None:
    """In what comes of a standby: no more than the imports is to be left of its past."""
    # What was frozen could not be found by those who search the heap for functions and caches.
    gc.unfreeze()
    # Folders may have new files that the standby has not seen.
    importlib.invalidate_caches()

    for name in RANDOM:
        if (module := sys.modules.get(name)) is not None:
            module.seed()

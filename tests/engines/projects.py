"""Small projects on disk, imported into this process and served to nobody: the engine without a server."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from asgi_reload.changes import Batch, Change
from asgi_reload.engines.inprocess import InProcess
from asgi_reload.engines.keeping import Keeper
from asgi_reload.engines.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    from asgi_reload.engines.build import EngineOptions
    from asgi_reload.outcome import Outcome


class Project:
    """A folder of modules, an engine over them, and the host of an app that does nothing."""

    def __init__(
        self,
        folder: Path,
        files: dict[str, str],
        options: EngineOptions | None = None,
        *,
        meanwhile: dict[str, str] | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        """`meanwhile`: files that are saved after the import and before the first look. `keeper`: whom it asks."""
        self.folder = folder
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(dedent(text).lstrip("\n"))
        (folder / "application.py").write_text("async def app(scope, receive, send):\n    pass\n")
        importlib.invalidate_caches()
        self.main: Any = importlib.import_module("main")
        self._app: Any = importlib.import_module("application").app
        self.served = Served(self._app)
        self.is_factory = False
        self.engine = InProcess([folder], self, keeper or Keeper(), options)
        for name, text in (meanwhile or {}).items():
            (folder / name).write_text(text)
        self.engine.look()

    def anchors(self, modules: Sequence[ModuleType]) -> Iterable[object]:
        return [self._app]

    def serve(self, bound: object) -> Any:
        return bound

    def verify(self) -> None:
        pass

    def adopted(self) -> None:
        self._app = self.served.app

    async def save(self, **files: str | None) -> Outcome:
        """Write files, named without their ending, and apply them as one batch; None deletes."""
        changes = []
        for name, text in files.items():
            path = self.folder / f"{name}.py"
            kind = "deleted" if text is None else "modified" if path.exists() else "added"
            if text is None:
                path.unlink()
            else:
                path.write_text(dedent(text).lstrip("\n"))
            changes.append(Change(path, kind))  # type: ignore[arg-type]
        return await self.engine.apply(Batch(tuple(changes)))

    async def touch(self, name: str) -> Outcome:
        """Apply a change of a file that somebody else has made."""
        return await self.engine.apply(Batch((Change(self.folder / f"{name}.py", "modified"),)))


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Have a folder on the path, and nothing left of its modules afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode, written = True, sys.dont_write_bytecode
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = written
        for name in set(sys.modules) - before:
            if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]

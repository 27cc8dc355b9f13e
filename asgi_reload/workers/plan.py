"""What a worker has to know before it imports anything. A value, and its JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..command import Mode
    from ..parsers import Lifespan


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """One site's workers; all the same but for `is_audit`.

    target: an import string; factory: it names a function that makes the app. mode: what a save means.
    directory: the working directory. path: what comes first in `sys.path`. argv, env: all of `sys.argv`, `os.environ`.
    project, roots: where the project's own code lies. front_group: the process group that has the terminal.
    drain, import_timeout: ms, as in `Settings`. is_audit: never to be asked by anybody, and not to be in anybody's way.
    """

    target: str
    factory: bool
    mode: Mode
    directory: str
    argv: tuple[str, ...]
    path: tuple[str, ...]
    env: Mapping[str, str]
    project: str
    roots: tuple[str, ...]
    lifespan: Lifespan
    drain: int
    import_timeout: int
    log_level: str
    front_group: int
    is_audit: bool = False

    @property
    def project_path(self) -> Path:
        return Path(self.project)

    @property
    def directories(self) -> list[Path]:
        """Where the project's own code lies, each once."""
        return [Path(path).resolve() for path in dict.fromkeys((self.project, *self.roots))]

    def as_audit(self) -> WorkerPlan:
        return replace(self, is_audit=True)

    def encode(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def decode(cls, encoded: Mapping[str, Any]) -> WorkerPlan:
        """What `encode` made, once through JSON."""
        values = {**encoded, **{name: tuple(encoded[name]) for name in ("argv", "path", "roots")}}
        return cls(**values)

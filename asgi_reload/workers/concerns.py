"""Which saves concern a worker: a change of what it runs, or has read. A pure question of paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..project import CODE
from ..strategies import IMAGES, SCRIPTS, STYLESHEETS

if TYPE_CHECKING:
    from ..changes import Change
    from ..command import Mode
    from .dialogue import Knows

ASSETS: Final = STYLESHEETS | IMAGES | SCRIPTS


@dataclass(frozen=True, slots=True)
class Concerns:
    """What one worker knows, as a question. `knows` is None where there is no worker: then all but assets may help."""

    mode: Mode
    knows: Knows | None
    env_file: Path | None = None

    def __call__(self, change: Change) -> bool:
        if change.path == self.env_file:
            return True
        if self.knows is None:
            return change.suffix not in ASSETS
        if change.suffix not in CODE:
            return change.path.name in self.knows.names or not (self.knows.is_all or change.suffix in ASSETS)
        return self.mode == "hot" or self._is_run(change, self.knows)

    def _is_run(self, change: Change, knows: Knows) -> bool:
        if str(change.path) in knows.files:
            return True

        # A file that was not there is one that an import may have looked for: beside code that is run.
        return change.kind == "added" and str(change.path.parent) in {str(Path(file).parent) for file in knows.files}

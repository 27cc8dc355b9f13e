"""Which update answers which change: the built-in strategies, and where more of them come from.

A strategy is any callable `(batch, context) -> Update | None`. They are asked in order. An answer covers the changes
whose paths it names, or all that are left if it names none; the next strategy is asked about the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, assert_never

from . import updates
from .errors import StrategyError
from .outcome import Applied, Failed, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .changes import Batch, Change
    from .outcome import Outcome
    from .updates import Update

STYLESHEETS: Final = frozenset({".css"})
IMAGES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".bmp", ".apng", ".jxl"})
SCRIPTS: Final = frozenset({".js", ".mjs", ".cjs", ".ts", ".mts", ".jsx", ".tsx", ".wasm"})
PYTHON: Final = frozenset({".py"})
NOTICE_MS: Final = 500


@dataclass(frozen=True, slots=True)
class Context:
    """What a strategy may know beside the batch.

    project: the directory that paths are shown relative to. restarter: who restarts the server when Python files
    change, None if nobody does. is_loaded: does this process run the code of that file? edits: the changes of the
    batch that were made live in this process, or not, and outcome: what came of it; None where nobody tried.
    """

    project: Path
    restarter: str | None = None
    is_loaded: Callable[[Path], bool] = field(default=lambda path: True)
    edits: tuple[Change, ...] = ()
    outcome: Outcome | None = None

    def name(self, change: Change) -> str:
        """The changed path as pages and people see it: relative to the project, with forward slashes."""
        if change.path.is_relative_to(self.project):
            return change.path.relative_to(self.project).as_posix()

        return change.path.name


class Strategy(Protocol):
    """Answers a batch, or part of it, with an update; None leaves it to the next."""

    def __call__(self, batch: Batch, context: Context, /) -> Update | None: ...


Plain: TypeAlias = "Callable[[Batch, Context], Update | None]"


@dataclass(frozen=True, slots=True)
class Css:
    """Stylesheets are swapped in the page."""

    suffixes: frozenset[str] = STYLESHEETS

    def __call__(self, batch: Batch, context: Context) -> Update | None:
        paths = _names(batch.with_suffix(self.suffixes), context)
        return updates.Css(paths) if paths else None


@dataclass(frozen=True, slots=True)
class Image:
    """Images are shown anew in the page."""

    suffixes: frozenset[str] = IMAGES

    def __call__(self, batch: Batch, context: Context) -> Update | None:
        paths = _names(batch.with_suffix(self.suffixes), context)
        return updates.Images(paths) if paths else None


@dataclass(frozen=True, slots=True)
class Reload:
    """The page is loaded anew: after a notice for scripts, at once for all else.

    `suffixes=None` answers every change, for apps whose pages should never be patched.
    """

    suffixes: frozenset[str] | None = SCRIPTS
    notice: int = NOTICE_MS

    def __call__(self, batch: Batch, context: Context) -> Update | None:
        changes = batch.changes if self.suffixes is None else batch.with_suffix(self.suffixes)

        if not changes:
            return None

        script = next((change for change in changes if change.suffix in SCRIPTS), None)
        reason = f"{(script or changes[0]).path.name} {'is a script' if script else 'changed'}"
        return updates.Reload(_names(changes, context), reason, self.notice if script else 0)


@dataclass(frozen=True, slots=True)
class Python:
    """Code that this process runs: pages are rendered anew when it is live, and told if it is not.

    Where nobody makes it live, it is somebody else's to restart the server, or the user's.
    """

    def __call__(self, batch: Batch, context: Context) -> Update | None:
        names = _names([change for change in batch if change in context.edits], context)
        code = _names([change for change in batch.with_suffix(PYTHON) if change in context.edits], context)

        match context.outcome:
            case Applied() as applied if code and applied.rung != "nothing":
                return updates.Patch(code, f"{code[0]}: {applied.rung}")
            case Applied():
                return None  # what code has read is for others to say: it may be shown in itself
            case Refused(reason):
                return updates.Restart(names, reason)
            case Failed(failure):
                return updates.Failure(failure.title, failure.detail, names)
            case None:
                return self._restart(batch, context)
            case never:
                assert_never(never)

    def _restart(self, batch: Batch, context: Context) -> Update | None:
        loaded = [change for change in batch.with_suffix(PYTHON) if context.is_loaded(change.path)]

        if not loaded:
            return None

        who = f"{context.restarter} restarts the server" if context.restarter else "restart the server to run it"
        return updates.Restart(
            _names(loaded, context), f"{loaded[0].path.name} changed: {who}", context.restarter or ""
        )


@dataclass(frozen=True, slots=True)
class Patch:
    """Whatever else is watched may show in a page: its own URL is rendered anew and the difference merged."""

    suffixes: frozenset[str] | None = None

    def __call__(self, batch: Batch, context: Context) -> Update | None:
        changes = batch.changes if self.suffixes is None else batch.with_suffix(self.suffixes)

        if not changes:
            return None

        more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
        return updates.Patch(_names(changes, context), f"{changes[0].path.name}{more} changed")


BUILT_IN: Final[tuple[Plain, ...]] = (Python(), Css(), Image(), Reload(), Patch())
ENTRY_POINTS: Final = "asgi_reload.strategies"


def built_in() -> tuple[Plain, ...]:
    """What is asked where the user names no strategies: those of installed packages, by name, then our own.

    A package offers one as an entry point of the group `asgi_reload.strategies`. Raises `StrategyError` for one that
    cannot be loaded or called.
    """
    installed = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name)
    return (*(_loaded(entry) for entry in installed), *BUILT_IN)


def _loaded(entry: EntryPoint) -> Plain:
    try:
        strategy = entry.load()
    except Exception as error:
        raise StrategyError(entry, f"{entry.value} cannot be loaded: {error}") from error

    if not callable(strategy):
        raise StrategyError(entry, f"{entry.value} is no callable")

    plain: Plain = strategy
    return plain


def _names(changes: Sequence[Change], context: Context) -> tuple[str, ...]:
    return tuple(context.name(change) for change in changes)

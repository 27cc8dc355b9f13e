"""What pages are told to do. Frozen values and their JSON; how they travel is the channel's business.

`client/protocol.d.ts` says the same for the browser's side, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterable

Paths: TypeAlias = tuple[str, ...]
"""Paths as pages see them: relative to the project, with forward slashes."""


@dataclass(frozen=True, slots=True)
class Css:
    """Swap these stylesheets where a page uses them; everything else on the page stays."""

    paths: Paths


@dataclass(frozen=True, slots=True)
class Images:
    """Show these images anew wherever a page uses them."""

    paths: Paths


@dataclass(frozen=True, slots=True)
class Patch:
    """Render the page's own URL anew and merge what the server changed."""

    paths: Paths
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reload:
    """Load the page anew, after a notice of `delay` ms that says why."""

    paths: Paths
    reason: str = ""
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Restart:
    """Nothing a page can do: the server has to be restarted for this change to be seen. `by`: who does that anyway."""

    paths: Paths
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The server could not apply a change; the last good version goes on serving."""

    title: str
    detail: str = ""
    paths: Paths = ()


@dataclass(frozen=True, slots=True)
class Recovered:
    """What failed before is good again."""

    paths: Paths = ()


Update: TypeAlias = Css | Images | Patch | Reload | Restart | Failure | Recovered

NAMES: dict[type[Update], str] = {
    Css: "css",
    Images: "images",
    Patch: "patch",
    Reload: "reload",
    Restart: "restart",
    Failure: "failure",
    Recovered: "recovered",
}


def name_of(update: Update) -> str:
    """The update's name on the wire and in the timeline: `css`, `patch`, …"""
    return NAMES[type(update)]


def is_well_formed(value: object) -> TypeGuard[Update]:
    """Is this an update, with fields of the declared types? A user's strategy may have made it, and nobody checked."""
    if type(value) not in NAMES:
        return False

    given = {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]
    paths, delay = given.pop("paths"), given.pop("delay", 0)
    texts = (*paths, *given.values()) if isinstance(paths, tuple) else (None,)
    return type(delay) is int and delay >= 0 and all(isinstance(text, str) for text in texts)


def encode(update: Update) -> dict[str, Any]:
    """The update as a JSON object: its `type` and its fields."""
    payload: dict[str, Any] = {"type": name_of(update)}

    for field in fields(update):
        value = getattr(update, field.name)
        payload[field.name] = list(value) if isinstance(value, tuple) else value

    return payload


def merge(updates: Iterable[Update]) -> tuple[Update, ...]:
    """One update of each kind, in the order a page applies them; a reload makes lesser page work needless."""
    kinds: dict[type[Update], Update] = {}

    for update in updates:
        kind = type(update)
        kinds[kind] = _join(kinds[kind], update) if kind in kinds else update

    if Reload in kinds:
        for weaker in (Css, Images, Patch):
            kinds.pop(weaker, None)

    return tuple(kinds[kind] for kind in NAMES if kind in kinds)


def _join(first: Update, second: Update) -> Update:
    paths = tuple(dict.fromkeys((*first.paths, *second.paths)))

    match second:
        case Css():
            return Css(paths)
        case Images():
            return Images(paths)
        case Patch():
            return Patch(paths, second.reason or first.reason)  # type: ignore[union-attr]
        case Reload():
            return Reload(paths, second.reason, second.delay)
        case Restart():
            return Restart(paths, second.reason, second.by)
        case Failure():
            return Failure(second.title, second.detail, paths)
        case Recovered():
            return Recovered(paths)
        case _:
            assert_never(second)

"""The settings `watch` and `ignore`, read entry by entry. Looks at the disk to check them, and never again.

A path that exists is taken literally, whatever its characters; paths stay as their owner wrote them, links unresolved.
"""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import SettingError
from .patterns import Parts, Pattern, is_glob, matches, split, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["tree", "globs", "files"]

STARS = "it can match nothing: ** stands alone between slashes, and .. does not follow a wildcard"
BRACES = "it can match nothing: braces are not expanded; write one glob for each"


@dataclass(frozen=True, slots=True)
class Root:
    """A directory to look into: all of it, what globs name in it, or single files in it."""

    directory: str
    kind: Kind
    patterns: tuple[Pattern, ...] = ()

    @property
    def parts(self) -> Parts:
        return split(self.directory)

    def __str__(self) -> str:
        names = ["/".join(re.sub(r"\[([*?[])\]", r"\1", part) for part in pattern) for pattern in self.patterns]

        if not names:
            return self.directory

        return os.path.join(self.directory, names[0] if len(names) == 1 else "{" + ",".join(names) + "}")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One pattern of the user's: a name anywhere, or all parts of a place; with a final slash only directories."""

    text: str
    name: str | None
    place: Pattern
    directories_only: bool

    def excludes(self, parts: Parts, *, is_directory: bool) -> bool:
        """Whether it names this file or directory; what lies below a named directory is the caller's to see."""
        if self.directories_only and not is_directory:
            return False

        return fnmatch(parts[-1], self.name) if self.name is not None else matches(self.place, parts)


def listed(entries: Sequence[str | Path] | str | Path) -> tuple[str, ...]:
    """The entries as text; a single one may stand alone."""
    several = (entries,) if isinstance(entries, (str, Path)) else entries
    return tuple(os.fspath(entry) for entry in several)


def read_watch(entry: str, base: Path) -> Root:
    """One entry of `watch`; raises SettingError when nothing can come of it."""
    if not entry or "\0" in entry:
        raise SettingError("watch", entry, "expected a file, a directory or a glob")

    path = _absolute(entry, base)
    exists = os.path.lexists(path)

    if is_glob(entry) and not exists:
        return _read_glob(entry, base)

    is_directory = entry.endswith(("/", os.sep))

    if os.path.isdir(path) or (is_directory and not exists):
        return Root(path, "tree")

    if not exists:
        remedy = f"{path} does not exist; correct it, or end it with / if it is a directory that will come later"
        raise SettingError("watch", entry, remedy)

    if is_directory or not os.path.isfile(path):
        raise SettingError(
            "watch", entry, f"{path} is {'no directory' if is_directory else 'neither file nor directory'}"
        )

    directory, name = os.path.split(path)
    return Root(directory, "files", ((glob.escape(name),),))


def _read_glob(entry: str, base: Path) -> Root:
    parts = [part for part in entry.replace(os.sep, "/").split("/") if part not in ("", ".")]
    first = next(i for i, part in enumerate(parts) if is_glob(part))
    lead = "/" if entry[0] == "/" else ""
    directory = _absolute(lead + "/".join(parts[:first]) or ".", base)
    pattern = squeeze([*parts[first:], *(["**"] if entry.endswith("/") else [])])

    if not os.path.isdir(directory):
        raise SettingError("watch", entry, f"it can match nothing: the directory {directory} does not exist")

    if _has_bad_stars(pattern):
        raise SettingError("watch", entry, STARS)

    if any("{" in part and "," in part for part in pattern):
        raise SettingError("watch", entry, BRACES)

    return Root(directory, "globs", (pattern,))


def read_ignore(entry: str, base: Path) -> Ignore:
    """One entry of `ignore`: a name (`*.log`, `build/`), or with a slash inside a place relative to `base`."""
    text = entry.replace(os.sep, "/")
    bare = text.rstrip("/")

    if not bare or "\0" in bare:
        raise SettingError("ignore", entry, "expected a name such as '*.log' or a place such as 'docs/_build/'")

    parts = [part for part in bare.split("/") if part not in ("", ".")]

    if not parts or _has_bad_stars(parts):
        raise SettingError("ignore", entry, STARS)

    if bare == parts[0]:
        return Ignore(entry, bare, (), text.endswith("/"))

    anchor = split(entry)[:1] if os.path.isabs(entry) else tuple(glob.escape(p) for p in split(os.fspath(base)))
    return Ignore(entry, None, squeeze([*anchor, *parts]), text.endswith("/"))


def refuse_too_much(entry: str, root: Root) -> None:
    """Raise SettingError for a root that nobody means: a whole file system, or the home directory."""
    real = Path(os.path.realpath(root.directory))
    whole = real == real.parent

    if root.kind == "files" or not (whole or real == _home()):
        return

    what = "the whole file system" if whole else "your home directory"
    raise SettingError("watch", entry, f"it would watch {what}; name a directory of the project, or set force=True")


def _has_bad_stars(parts: Sequence[str]) -> bool:
    return any(part == ".." or ("**" in part and part != "**") for part in parts)


def _absolute(text: str, base: Path) -> str:
    is_home = text == "~" or text[:2] in ("~/", "~" + os.sep)
    return os.path.abspath(os.path.join(base, os.path.expanduser(text) if is_home else text))


def _home() -> Path | None:
    try:
        return Path(os.path.realpath(Path.home()))
    except RuntimeError:
        return None

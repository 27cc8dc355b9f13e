"""Links that open a place in somebody's editor: which editor, and what its URLs look like. Pure.

The path is that of the editor's machine, which need not be the server's: a container and WSL see other paths.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from .errors import SettingError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORKS: Final = ("vscode", "vscode-insiders", "vscodium", "cursor", "windsurf")
"""Visual Studio Code and what is made of it: they open files of a WSL distribution too."""
JETBRAINS: Final = ("idea", "pycharm", "webstorm", "phpstorm", "goland", "rubymine", "rider", "clion")
TEMPLATES: Final = {
    **{name: f"{name}://file{{file}}:{{line}}:{{column}}" for name in FORKS},
    **{name: f"{name}://open?file={{file}}&line={{line}}&column={{column}}" for name in JETBRAINS},
    "zed": "zed://file{file}:{line}:{column}",
    "sublime": "subl://open?url=file://{file}&line={line}&column={column}",
    "textmate": "txmt://open?url=file://{file}&line={line}&column={column}",
    "emacs": "emacs://open?url=file://{file}&line={line}&column={column}",
}
"""Those of Sublime Text and Emacs need a handler that their users have installed."""
IN_WSL: Final = "{name}://vscode-remote/wsl+{distribution}{{file}}:{{line}}:{{column}}"
NONE: Final = frozenset({"none", "off", "no", "0", "false"})
REFUSED: Final = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "view-source"})
"""Schemes that are no editor's, or that would run something in the page."""
URL: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://[!-~]+")
HOLE: Final = re.compile(r"\{(\w*)\}")
HOLES: Final = frozenset({"file", "line", "column"})
EXAMPLE: Final = "'vscode://file{file}:{line}:{column}'"
DRIVE: Final = re.compile(r"[A-Za-z]:(?=[\\/]|$)")
ELSEWHERE: Final = ("SSH_CONNECTION", "CODESPACES", "REMOTE_CONTAINERS")
"""Set where the editor runs on another machine than its terminal: nobody knows its paths."""

Paths: TypeAlias = tuple[tuple[PurePath, str], ...]


@dataclass(frozen=True, slots=True)
class Editor:
    """template: a URL with `{file}`, `{line}` and `{column}`; empty for no links. remote: the same for files that no
    entry of `paths` holds. paths: directories of the server and what the editor calls them, the longest first.
    """

    template: str = ""
    remote: str = ""
    paths: Paths = ()

    def href(self, file: str, line: int, column: int = 1) -> str:
        """The link to a place, both counted from 1; empty if there is none."""
        if not self.template or not file:
            return ""

        mapped = _mapped(self.paths, file)
        template = self.template if mapped is not None or not self.remote else self.remote
        return href(template, file if mapped is None else mapped, line, column)


def editor_of(text: str, environ: Mapping[str, str], paths: Paths = (), label: str = "editor") -> Editor:
    """The editor that this setting names, or gives the template of; without a setting, the one whose terminal this is.

    Raises SettingError for what is neither a known name nor a template that can be used.
    """
    name = text.strip()
    if name.lower() in NONE:
        return Editor()
    if "://" in name:
        return Editor(_checked(name, label), paths=paths)

    name = name.lower() or _recognised(environ)
    if not name:
        return Editor()
    if name not in TEMPLATES:
        advice = f"; or give a template such as {EXAMPLE}"
        raise SettingError(label, text, f"expected one of {', '.join(TEMPLATES)}{nearest(name, TEMPLATES)}{advice}")

    distribution = quote(environ.get("WSL_DISTRO_NAME", ""), safe="")
    remote = IN_WSL.format(name=name, distribution=distribution) if distribution and name in FORKS else ""
    return Editor(TEMPLATES[name], remote, paths)


def paths_of(entries: Sequence[str], label: str = "editor_paths") -> Paths:
    """Pairs from entries such as `/app=/home/me/app`: the server's directory, and what the editor calls it.

    Raises SettingError for an entry that is no such pair.
    """
    return tuple(sorted((_pair(entry, label) for entry in entries), key=lambda pair: -len(pair[0].parts)))


def href(template: str, file: str, line: int, column: int) -> str:
    """The template with a place in it. `file` is absolute, that of Windows with its drive."""
    before = template.partition("{file}")[0]
    is_windows = DRIVE.match(file) is not None
    path = f"/{_encoded(file)}" if is_windows else _encoded(file)
    # People write `file{file}` as well as `file/{file}`.
    if (before[-1:] == "/" and before[-3:] != "://") or (is_windows and before[-1:] == "="):
        path = path[1:]
    values = {"file": path, "line": str(max(1, line)), "column": str(max(1, column))}
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), template)


def _encoded(file: str) -> str:
    drive = DRIVE.match(file)
    at = drive.end() if drive else 0
    return file[:at] + quote(_bytes(file[at:]), safe="/")


def _bytes(text: str) -> bytes:
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")


def _mapped(paths: Paths, file: str) -> str | None:
    path = PurePath(file)
    for theirs, ours in paths:
        if path.is_relative_to(theirs):
            rest = path.relative_to(theirs).as_posix()
            return ours.rstrip("/") + ("" if rest == "." else f"/{rest}")
    return None


def _pair(entry: str, label: str) -> tuple[PurePath, str]:
    theirs, _, ours = (part.strip() for part in entry.partition("="))
    is_windows = DRIVE.match(ours) is not None or ours[:2] == "\\\\"

    if not PurePath(theirs).is_absolute() or not (is_windows or ours[:1] == "/"):
        raise SettingError(label, entry, "expected the server's directory = the editor's, such as /app=/home/me/app")

    return PurePath(theirs), ours.replace("\\", "/") if is_windows else ours


def _checked(template: str, label: str) -> str:
    url = URL.fullmatch(template)
    if url is None or url["scheme"].lower() in REFUSED:
        raise SettingError(label, template, f"expected the URL of an editor, such as {EXAMPLE}")

    holes = set(HOLE.findall(template))
    if "file" not in holes:
        raise SettingError(label, template, f"it has no {{file}}; put it where the path belongs, such as {EXAMPLE}")
    if not holes <= HOLES:
        raise SettingError(label, template, "only {file}, {line} and {column} can be filled in")

    return template


def _recognised(environ: Mapping[str, str]) -> str:
    """The editor whose terminal this is; empty if it is nobody's."""
    if any(environ.get(name) for name in ELSEWHERE):
        return ""
    if environ.get("TERM_PROGRAM") == "vscode":
        return _fork(environ)
    if environ.get("TERMINAL_EMULATOR") == "JetBrains-JediTerm":
        is_pycharm = "pycharm" in environ.get("__CFBundleIdentifier", "").lower() or "PYCHARM_HOSTED" in environ
        return "pycharm" if is_pycharm else "idea"

    return "zed" if environ.get("ZED_TERM") else ""


def _fork(environ: Mapping[str, str]) -> str:
    if environ.get("CURSOR_TRACE_ID"):
        return "cursor"

    # Where its own helper for Git lies tells the others apart.
    helper = environ.get("VSCODE_GIT_ASKPASS_MAIN", "").lower()
    named = next((name for name in ("cursor", "windsurf", "codium") if name in helper), "")
    if named:
        return "vscodium" if named == "codium" else named

    return "vscode-insiders" if "insider" in environ.get("TERM_PROGRAM_VERSION", "") else "vscode"

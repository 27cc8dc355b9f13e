"""From what was written, or nothing, to the apps that are served: which file, which name in it. Nothing is imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..command import SiteOptions
from ..errors import ReloadError, TargetError, nearest
from .modules import Located, locate, module_of, names_in
from .source import APPS, FACTORIES, Source, read_source
from .targets import Written, read_target, refuse_twice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FILES: Final = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")
MORE: Final = ("src/*/main.py", "src/*/app.py", "src/*/api.py", "asgi.py", "*/asgi.py")
NOTHING: Final = f"no app is named, and none found in {', '.join(FILES)}, nor in src/; name it: asgi-reload main:app"
UNREAD: Final = Source(frozenset(), False, ())


@dataclass(frozen=True, slots=True)
class Found:
    """The apps, the directory they are imported from, and in `said` what was found rather than written."""

    sites: tuple[SiteOptions, ...]
    app_dir: Path
    factory: bool
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _One:
    site: SiteOptions
    home: Path
    is_factory: bool = False
    said: str = ""


def find(targets: Sequence[str], directory: Path, app_dir: Path | None = None, *, factory: bool = False) -> Found:
    """Raises `TargetError` for what is not there, and `ReloadError` where nothing is named and nothing found."""
    written = [read_target(text) for text in targets]
    refuse_twice(written)
    ones = [_resolved(one, directory, app_dir, factory) for one in written] or [
        _discovered(directory, app_dir, factory)
    ]

    for one in ones:
        if one.home != ones[0].home:
            what = f"it is imported from {one.home}, and {ones[0].site.target} from {ones[0].home}"
            raise TargetError("app", one.site.target, f"{what}; name both as modules, from one --app-dir")
        if one.is_factory != ones[0].is_factory:
            raise TargetError("app", one.site.target, "either all targets are factories, or none is")

    said = tuple(one.said for one in ones if one.said)
    return Found(tuple(one.site for one in ones), ones[0].home, ones[0].is_factory, said)


def _discovered(directory: Path, app_dir: Path | None, factory: bool) -> _One:
    home = app_dir or directory

    for file in _candidates(home):
        source = _read(file)
        if source.apps or source.factories:
            name = file.relative_to(home).as_posix()
            return _resolved(Written(name, file=name), home, app_dir, factory)

    raise ReloadError(NOTHING)


def _candidates(home: Path) -> Iterator[Path]:
    for prefix in ("", "src/"):
        yield from (file for name in FILES if (file := home / f"{prefix}{name}").is_file())
    for pattern in MORE:
        yield from sorted(home.glob(pattern))


def _resolved(written: Written, directory: Path, app_dir: Path | None, factory: bool) -> _One:
    place = _placed_file if written.file else _placed
    located, home = place(written, directory, app_dir)
    source = _read(located.file)
    what = _shown(located, home)

    if not written.path:
        name, is_factory = _name_in(source, located, what, written, factory)
        target = f"{located.name}:{name}"
        said = f"found {name} in {what}; serving {target}{' --factory' if is_factory else ''}"
        return _One(SiteOptions(target, written.mount), home, is_factory, said)

    name = written.path.partition(".")[0]
    if source.is_complete and name not in source.names:
        raise TargetError("app", written.text, f"{what} binds no {name}{nearest(name, source.names)}")

    return _One(SiteOptions(f"{located.name}:{written.path}", written.mount), home, factory)


def _name_in(source: Source, located: Located, what: str, written: Written, factory: bool) -> tuple[str, bool]:
    """The name that the author of a target left out, and whether it is a factory's."""
    names = (source.factories or source.apps) if factory else (source.apps or source.factories)

    if not names:
        remedy = f"{what} binds no app by a usual name; say which it is: {located.name}:<name>"
        raise TargetError("app", written.text, remedy)

    if len(names) > 1 and names[0] not in (*APPS, *FACTORIES):
        several = ", ".join(f"{located.name}:{name}" for name in names)
        raise TargetError("app", written.text, f"{what} has several apps; name one of {several}")

    return names[0], factory or not source.apps


def _placed(written: Written, directory: Path, app_dir: Path | None) -> tuple[Located, Path]:
    homes = [app_dir] if app_dir else [directory, directory / "src"]
    first = locate(written.module, homes[0])

    for home in homes:
        if isinstance(located := locate(written.module, home), Located):
            return located, home

    holder, _, last = written.module.rpartition(".")
    if not written.path and isinstance(locate(holder, homes[0]), Located):
        raise TargetError("app", written.text, f"there is no module {first}; did you mean '{holder}:{last}'?")

    near = nearest(written.module, names_in(homes[0]))
    raise TargetError("app", written.text, f"there is no module {first} in {homes[0]}{near}")


def _placed_file(written: Written, directory: Path, app_dir: Path | None) -> tuple[Located, Path]:
    file = directory / written.file

    if not file.is_file():
        near = nearest(written.file, [f"{name.replace('.', '/')}.py" for name in names_in(directory)])
        raise TargetError("app", written.text, f"there is no file {file}{near}")

    name, home = module_of(file)
    if app_dir is None:
        return Located(name, file), home
    if not file.is_relative_to(app_dir):
        raise TargetError("app", written.text, f"{file} is not in --app-dir {app_dir}")

    return Located(".".join(file.relative_to(app_dir).with_suffix("").parts), file), app_dir


def _shown(located: Located, home: Path) -> str:
    file = located.file
    return file.relative_to(home).as_posix() if file and file.is_relative_to(home) else located.name


def _read(file: Path | None) -> Source:
    """A module without a text of its own may bind anything."""
    try:
        return read_source(file.read_text(encoding="utf-8")) if file else UNREAD
    except (OSError, UnicodeDecodeError):
        return UNREAD

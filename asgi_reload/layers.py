"""Values by name, as a table, the environment and arguments give them. Knows neither the names nor what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .errors import UnknownSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Parser: TypeAlias = Callable[[object, str], Any]

ENVIRONMENT_PREFIX: Final = "ASGI_RELOAD_"
TABLE: Final = "asgi-reload"


@dataclass(frozen=True, slots=True)
class Layers:
    """Reads the values of some names.

    parsers: what may be written for each name. others: names that stand in the same places and are read by somebody
    else. in_code: names that only arguments can give.
    Raises `SettingError` for a value of the wrong shape and `UnknownSetting` for a name that is nobody's.
    """

    parsers: Mapping[str, Parser]
    others: frozenset[str] = frozenset()
    in_code: frozenset[str] = frozenset()

    def of_table(self, table: Mapping[str, object]) -> dict[str, Any]:
        named = [(name.replace("-", "_"), value) for name, value in table.items()]
        mine = self._mine(named, f"[tool.{TABLE}] of pyproject.toml")
        return {name: self.parsers[name](value, f"[tool.{TABLE}] {name}") for name, value in mine}

    def of_environment(self, environ: Mapping[str, str]) -> dict[str, Any]:
        """Of `ASGI_RELOAD_NAME=value`."""
        length = len(ENVIRONMENT_PREFIX)
        named = [(n[length:].lower(), value) for n, value in environ.items() if n.startswith(ENVIRONMENT_PREFIX)]
        mine = self._mine(named, "the environment (ASGI_RELOAD_…)")
        return {name: self.parsers[name](value, f"{ENVIRONMENT_PREFIX}{name.upper()}") for name, value in mine}

    def of_arguments(
        self, arguments: Iterable[tuple[str, object]], where: str, spelled: Callable[[str], str] = str
    ) -> dict[str, Any]:
        """Those that are not None. `where`: what takes them; `spelled`: a name as their user wrote it."""
        values = {}

        for name, value in arguments:
            if name not in self.parsers:
                raise UnknownSetting(name, where, self.parsers)
            if value is not None:
                values[name] = self.parsers[name](value, spelled(name))

        return values

    def _mine(self, named: Iterable[tuple[str, object]], where: str) -> list[tuple[str, object]]:
        known = (set(self.parsers) | self.others) - self.in_code
        mine = []

        for name, value in named:
            if name not in known:
                raise UnknownSetting(name, where, known)
            if name not in self.others:
                mine.append((name, value))

        return mine

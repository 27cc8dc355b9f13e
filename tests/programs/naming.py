"""How one module of a drawn program gets at what stands in another: its imports, and the names that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .kinds import KINDS

if TYPE_CHECKING:
    from .drawn import Module, Version


class Naming:
    """The names that a module calls others by; afterwards `top` and `bottom` hold the imports that this takes.

    `index` is the module's place, or None for the main one, which sees all others.
    """

    def __init__(self, version: Version, index: int | None) -> None:
        self.version = version
        self.index = len(version.modules) if index is None else index
        self.style = version.style if index is None else version.modules[index].style
        self.is_lazy = index is not None and version.modules[index].is_lazy
        self.package = "" if index is None else version.modules[index].package
        self.top: dict[str, None] = {}
        self.bottom: dict[str, None] = {}

    def value(self, name: str, lazy: list[str] | None = None) -> str:
        return self.version.kind(self.version.items[name]).value.format(at=self.at(name, lazy))

    def at(self, name: str, lazy: list[str] | None = None) -> str:
        home = self.version.home[name]
        if home == self.index:
            return name

        module = self.version.modules[home]
        is_later = home > self.index
        is_package_mate = bool(self.package) and self.package == module.package
        if is_later or (lazy is not None and self.is_lazy):
            line, at = self._lazily(module, name, is_package_mate)
            if is_later and home == self.index + 1 and self.package == module.package and not self.is_lazy:
                self.bottom[f"\nimport {module.name}\n"] = None
                return f"{module.name}.{name}"
            assert lazy is not None
            if line not in lazy:
                lazy.append(line)
            return at

        line, at = self._plainly(module, name, is_package_mate)
        self.top[line] = None
        return at

    @property
    def _module(self) -> Module:
        return self.version.modules[self.index]

    def _lazily(self, module: Module, name: str, is_package_mate: bool) -> tuple[str, str]:
        short = module.name.rpartition(".")[2]
        if self.style % 2 and self._is_single(name):
            return f"from {'.' + short if is_package_mate else module.name} import {name}\n", name
        return f"import {module.name} as there_{short}\n", f"there_{short}.{name}"

    def _plainly(self, module: Module, name: str, is_package_mate: bool) -> tuple[str, str]:
        short = module.name.rpartition(".")[2]
        kind = KINDS[self.version.items[name].kind]
        match self.style % 6:
            case 1 if self._is_single(name):
                return f"from {'.' + short if is_package_mate else module.name} import {name}\n", name
            case 2:
                return f"import {module.name} as as_{short}\n", f"as_{short}.{name}"
            case 3 if module.package:
                return f"from {'.' if is_package_mate else module.package} import {short}\n", f"{short}.{name}"
            case 4 if kind.is_bound:
                return f"from {module.name} import *\n", name
            case 5 if module.package and not is_package_mate and self._is_single(name):
                return f"from {module.package} import {name}\n", name
            case _:
                return f"import {module.name}\n", f"{module.name}.{name}"

    def _is_single(self, name: str) -> bool:
        # Some kinds bind a second name beside their own.
        return "{name}_" not in KINDS[self.version.items[name].kind].text

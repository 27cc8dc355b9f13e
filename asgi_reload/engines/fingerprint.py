"""What a process has become, as plain data: two processes that behave alike have equal fingerprints.

`describe` reads a living process and calls nothing of the app's own but its OpenAPI document.
The rule that both serve: wherever a process equalled a fresh one before a save, it must equal a fresh one after it.
"""

from __future__ import annotations

import hashlib
import sys
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_args, get_origin

from .process_tables import process_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

Fingerprint: TypeAlias = dict[str, Any]
DEPTH: Final = 3
LAYERS: Final = 16
PLAIN: Final = (str, bytes, int, float, complex, bool, type(None))
HIDDEN: Final = frozenset(
    [
        "__builtins__",
        "__cached__",
        "__loader__",
        "__spec__",
        "__warningregistry__",
        "__dict__",
        "__weakref__",
        "__module__",
        "__qualname__",
        "__static_attributes__",
        "__annotate_func__",
        "__annotations_cache__",
        "__conditional_annotations__",
        "__doc__",
        "__pydantic_serializer__",
        "__pydantic_validator__",
        "__pydantic_core_schema__",
        "__signature__",
        "_abc_impl",
        "__abstractmethods__",
        "__annotate__",
        "__firstlineno__",
        "__file__",
    ]
)


def describe(modules: Mapping[str, ModuleType], app: object = None) -> Fingerprint:
    """The fingerprint of these modules, of the app's routes, and of the interpreter's tables."""
    own, app = _Describer(frozenset(modules)), _routed(app)
    return {
        "modules": {name: own.namespace(vars(module), DEPTH) for name, module in sorted(modules.items())},
        "app": own.containers(getattr(app, "__dict__", {})),
        "routes": [own.route(route) for route in getattr(app, "routes", ())],
        "openapi": _openapi(app),
        "tables": process_tables(),
    }


def _routed(app: Any) -> Any:
    """The app that has the routes, in whatever layers it is wrapped; the app itself if none has any."""
    layer = app
    for _ in range(LAYERS):
        if layer is None or hasattr(layer, "routes"):
            return layer
        layer = getattr(layer, "app", None)
    return app


class _Describer:
    """Describes values; those of the project's own classes with their attributes, all others by their kind."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own

    def namespace(self, namespace: Mapping[str, Any], depth: int) -> dict[str, Any]:
        return {name: self.value(value, depth) for name, value in sorted(namespace.items()) if name not in HIDDEN}

    def containers(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """Those of an app: what was registered with it beside routes."""
        return {name: self.value(value, DEPTH) for name, value in attributes.items() if isinstance(value, dict | list)}

    def value(self, value: Any, depth: int) -> Any:
        match value:
            case _ if isinstance(value, PLAIN):
                return repr(value)
            case ModuleType():
                return f"module {value.__name__}"
            case FunctionType():
                return self.function(value)
            case MethodType():
                return {"method": value.__qualname__, **self.function(value.__func__)} if depth else value.__qualname__
            case BuiltinFunctionType():
                return f"builtin {value.__qualname__}"
            case type():
                return self.cls(value, depth)
            case _:
                return self.instance(value, depth)

    def function(self, function: Any) -> dict[str, Any]:
        if not isinstance(function, FunctionType):
            return {"function": type(function).__name__}

        return {
            "function": f"{function.__module__}.{function.__qualname__}",
            "code": _code(function.__code__),
            "defaults": self.value(function.__defaults__, 1),
            "keyword defaults": self.value(function.__kwdefaults__, 1),
            "attributes": self.namespace(vars(function), 1),
            "closure": [_held(cell) for cell in function.__closure__ or ()],
            "doc": function.__doc__,
            "line": function.__code__.co_firstlineno,
            "current": _is_current(function),
        }

    def cls(self, cls: type, depth: int) -> Any:
        described = {"class": f"{cls.__module__}.{cls.__qualname__}", "current": _is_current_class(cls)}
        if not depth or cls.__module__ not in self._own:
            return described

        return {
            **described,
            "bases": [f"{base.__module__}.{base.__qualname__}" for base in cls.__bases__],
            "doc": cls.__doc__,
            "members": self.namespace(vars(cls), depth - 1),
        }

    def instance(self, value: Any, depth: int) -> Any:
        described: dict[str, Any] = {"class": self.cls(type(value), 0)}
        if not depth:
            return described

        if isinstance(value, dict):
            described["items"] = {self.key(k): self.value(v, depth - 1) for k, v in list(dict.items(value))}
        elif isinstance(value, (list, tuple)):
            described["items"] = [self.value(item, depth - 1) for item in list(value)]
        elif isinstance(value, (set, frozenset)):
            described["items"] = sorted(str(self.value(item, depth - 1)) for item in value)
        elif type(value).__module__ in self._own:
            described["attributes"] = self.namespace(getattr(value, "__dict__", {}), depth - 1)
        elif get_origin(value) is not None:
            described["arguments"] = [self.argument(one) for one in get_args(value)]
        elif isinstance(wrapped := getattr(value, "__wrapped__", None), FunctionType):
            described["wrapped"] = self.function(wrapped)
        return described

    def argument(self, value: object) -> Any:
        """What an annotation carries: with its attributes, whoever its class belongs to."""
        if isinstance(value, type) or not hasattr(value, "__dict__"):
            return self.value(value, 1)

        return {"class": self.cls(type(value), 0), "attributes": self.namespace(vars(value), 1)}

    def key(self, key: object) -> str:
        return repr(key) if isinstance(key, PLAIN) else str(self.value(key, 1))

    def route(self, route: Any) -> dict[str, Any]:
        return {
            "path": getattr(route, "path", None),
            "methods": sorted(getattr(route, "methods", None) or ()),
            "name": getattr(route, "name", None),
            "endpoint": self.value(getattr(route, "endpoint", None), 1),
            "routes": [self.route(inner) for inner in getattr(route, "routes", None) or ()],
        }


def _held(cell: CellType) -> str:
    """What a closure holds, if that is plain."""
    try:
        held = cell.cell_contents
    except ValueError:
        return "nothing"
    return repr(held) if isinstance(held, PLAIN) else type(held).__name__


def _is_current(function: FunctionType) -> bool:
    # Does it see the globals of the module that is live now?
    module = sys.modules.get(function.__globals__.get("__name__", ""))
    return module is None or vars(module) is function.__globals__


def _is_current_class(cls: type) -> bool:
    home: Any = sys.modules.get(cls.__module__)
    for part in cls.__qualname__.split("."):
        home = getattr(home, part, None)

    return home is cls or home is None


def _code(code: CodeType) -> str:
    parts: list[object] = [code.co_code, code.co_names, code.co_varnames, code.co_freevars]
    parts += [code.co_linetable, code.co_firstlineno]

    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            parts.append(_code(constant))
        else:
            parts.append(sorted(map(repr, constant)) if isinstance(constant, frozenset) else repr(constant))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _openapi(app: object) -> Any:
    document = getattr(app, "openapi", None)
    return document() if callable(document) else None

"""The app that an import string names, and in plain words why what it names is none. Imports it; serves nothing."""

from __future__ import annotations

import inspect
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from .errors import TargetError, nearest
from .printable import printable

ASGI: Final = ("scope", "receive", "send")
WSGI: Final = ("environ", "start_response")
MANY: Final = ("any number of arguments",) * 20
WRAP: Final = (
    "is a WSGI app; wrap it: pip install a2wsgi, then asgi_app = a2wsgi.WSGIMiddleware({name}), and name asgi_app"
)
MAX_SHOWN: Final = 60
"""Characters of a value's own words."""


def load_target(target: str, *, factory: bool) -> tuple[object, Any]:
    """The object that an import string names, `main:app` or `main:site.app`, and the ASGI app that it is or makes.

    Raises `TargetError` for a string that is none, or names nothing or no ASGI app. What the module or the factory
    itself raises goes through.
    """
    name, colon, path = target.partition(":")

    if not name or not path or not colon:
        raise TargetError("app", target, "expected an ASGI app or an import string such as 'main:app'")

    found: Any = _module(name, target)
    for attribute in path.split("."):
        if not hasattr(found, attribute):
            raise TargetError("app", target, _absent(found, name, attribute))
        found = getattr(found, attribute)

    app: Any = _made(found, target, path) if factory else found
    if problem := why_no_app(app, f"{path}()" if factory else path):
        raise TargetError("app", target, problem)

    return found, app


def why_no_app(value: Any, name: str) -> str | None:
    """What this is instead of an ASGI app, and what to do about it; None when it may be one."""
    if not callable(value):
        return f"{name} is {what_is(value)}, which is no ASGI app"

    if inspect.isclass(value):
        is_app = hasattr(value, "__await__")  # it is made with (scope, receive, send), and awaited
        return None if is_app else f"{name} is {what_is(value)}, and not an app; make one: {name} = {value.__name__}(…)"

    required = required_of(value)
    if required is None or inspect.iscoroutinefunction(value) and _takes(value, ASGI):
        return None

    if not required and inspect.isroutine(value) and not _takes(value, MANY):
        return f"{name} is {what_is(value)}; if it makes the app, say --factory (factory=True)"

    if _takes(value, ASGI):
        return None

    if hasattr(value, "wsgi_app") or _takes(value, WSGI):
        return f"{name} ({what_is(value)}) {WRAP.format(name=name)}"

    return f"{name} is {what_is(value)}, which does not take ({', '.join(ASGI)}) as an ASGI app does"


def required_of(value: Any) -> tuple[str, ...] | None:
    """The parameters that a call has to give; None where nobody can tell."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None

    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(p.name for p in parameters if p.default is p.empty and p.kind not in variadic)


def what_is(value: object) -> str:
    """The value in words: `the module x`, `the function f`, `the class C`, `a Flask`, `the str 'x'`."""
    match value:
        case None:
            return "None"
        case ModuleType():
            return f"the module {value.__name__}"
        case type():
            return f"the class {value.__name__}"
        case str() | bytes() | bool() | int() | float():
            return f"the {type(value).__name__} {printable(repr(value), MAX_SHOWN)}"

    if inspect.isroutine(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"

    kind = type(value).__name__
    return f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}"


def _module(name: str, target: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        # A module that lacks another one is broken; that is for its own traceback to say.
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise TargetError("app", target, f"there is no module {error.name}") from error


def _absent(holder: object, module: str, attribute: str) -> str:
    where = f"the module {module}" if isinstance(holder, ModuleType) else what_is(holder)
    names = [name for name in getattr(holder, "__dict__", ()) if isinstance(name, str)]
    return f"{where} has no {attribute}{nearest(attribute, names)}"


def _made(factory: Any, target: str, name: str) -> Any:
    if not callable(factory):
        raise TargetError("app", target, f"{name} is {what_is(factory)}, and no factory that could be called")

    required = required_of(factory)
    if required and _takes(factory, ASGI) and not inspect.isclass(factory):
        raise TargetError("app", target, f"{name} ({what_is(factory)}) is an app, and no factory; leave --factory out")
    if required:
        needs = ", ".join(required)
        raise TargetError("app", target, f"the factory {name} needs arguments ({needs}), and is called without any")

    app = factory()
    if inspect.iscoroutine(app):
        app.close()
        raise TargetError("app", target, f"the factory {name} is async; make it a plain function")

    return app


def _takes(value: Any, names: tuple[str, ...]) -> bool:
    """Can it be called with as many positional arguments?"""
    try:
        inspect.signature(value).bind(*names)
    except (TypeError, ValueError):
        return False

    return True

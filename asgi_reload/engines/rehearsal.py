"""What statements write into the interpreter's tables: seen by executing them once more while the tables are empty.

For modules that were imported before anybody looked. Only statements that do nothing else are rehearsed.
"""

from __future__ import annotations

import ast
import logging
import mimetypes
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .entries import loggers
from .registrations import configuration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOMES: Final = frozenset({"logging", "mimetypes", "warnings", "_py_warnings"})


@dataclass(slots=True)
class Written:
    """What was found in the tables afterwards."""

    filters: list[Any] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    types: list[tuple[bool, str, str]] = field(default_factory=list)
    handlers: dict[logging.Logger, list[Any]] = field(default_factory=dict)
    logging_filters: dict[logging.Logger, list[Any]] = field(default_factory=dict)
    levels: dict[logging.Logger, int] = field(default_factory=dict)
    configured: set[logging.Logger] = field(default_factory=set)


def rehearse(statements: Iterable[ast.stmt], namespace: dict[str, Any]) -> Written | None:
    """Execute statements as their module would have; None if they cannot be executed any more."""
    before = [handler for logger in loggers() for handler in logger.handlers]

    with _empty_tables() as written:
        try:
            for statement in statements:
                if (described := configuration(statement)) is not None:
                    written.configured |= _loggers_of(_evaluate(described, namespace))
                elif _is_about_tables(statement, namespace):
                    exec(compile(ast.Module([statement], []), "<tables>", "exec", dont_inherit=True), namespace)
        except Exception:
            return None

    for handler in [handler for found in written.handlers.values() for handler in found]:
        if not any(handler is other for other in before):
            handler.close()
    return written


def _is_about_tables(statement: ast.stmt, namespace: dict[str, Any]) -> bool:
    """Do the names of these calls mean what they say? Others have methods that are called `addHandler`, too."""
    for call in [node.value for node in ast.walk(statement) if isinstance(node, ast.Expr)]:
        owner = call.func if isinstance(call, ast.Call) else call
        if isinstance(owner, ast.Attribute):
            owner = owner.value
        value = _evaluate(owner, namespace)
        known = isinstance(value, (logging.Filterer, list)) or value in (logging, warnings, mimetypes)
        if not known and getattr(value, "__module__", None) not in HOMES:
            return False
    return True


def _evaluate(expression: ast.expr, namespace: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(expression), "<tables>", "eval", dont_inherit=True), namespace)


def _loggers_of(configuration: dict[str, Any]) -> set[logging.Logger]:
    # A configuration closes what is there, so nobody tries it on trial; but it says what it is about.
    named = {logging.getLogger(name) for name in configuration.get("loggers", ())}
    return named | ({logging.root} if "root" in configuration else set())


@contextmanager
def _empty_tables() -> Iterator[Written]:
    written = Written()
    tables: Any = mimetypes
    filters, path, known_types = warnings.filters, sys.path, tables._db
    state = {logger: (logger.handlers, logger.filters, logger.level) for logger in loggers()}
    types = mimetypes.MimeTypes.__new__(mimetypes.MimeTypes)
    types.encodings_map, types.suffix_map = {}, {}
    types.types_map, types.types_map_inv = ({}, {}), ({}, {})

    tables._db, warnings.filters, sys.path = types, [], []
    for logger in state:
        logger.handlers, logger.filters, logger.level = [], [], logging.NOTSET
    try:
        yield written
    finally:
        written.filters, written.path = list(warnings.filters), list(sys.path)
        written.types = [(bool(n), ext, kind) for n in (0, 1) for ext, kind in types.types_map[n].items()]
        warnings.filters, sys.path, tables._db = filters, path, known_types
        for logger in loggers():
            written.handlers[logger], written.logging_filters[logger] = logger.handlers, logger.filters
            written.levels[logger] = logger.level
            logger.handlers, logger.filters, logger.level = state.get(logger, ([], [], logging.NOTSET))
        logging.root.manager._clear_cache()  # type: ignore[attr-defined]

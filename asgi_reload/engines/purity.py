"""Which calls and base classes of libraries may be evaluated a second time without anybody noticing. A table, no code.

What is not listed counts as an effect: the module around it is executed anew as a whole, never the statement alone.
"""

from __future__ import annotations

from typing import Final

PURE_MODULES: Final = frozenset(
    {
        "abc",
        "annotated_types",
        "collections",
        "collections.abc",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "itertools",
        "math",
        "operator",
        "os.path",
        "pathlib",
        "pydantic",
        "re",
        "statistics",
        "string",
        "textwrap",
        "types",
        "typing",
        "typing_extensions",
        "uuid",
        "zoneinfo",
    }
)
"""Modules all of whose functions and classes are harmless at import, decorators included."""

PURE_CALLS: Final = frozenset(
    {
        *("asyncio." + name for name in ("Condition", "Event", "Lock", "Queue", "Semaphore")),
        "contextvars.ContextVar",
        *("fastapi." + name for name in ("Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query")),
        "fastapi.Security",
        *("json." + name for name in ("dumps", "loads")),
        "logging.getLogger",
        "os.environ.get",
        "os.getcwd",
        "os.getenv",
        "pydantic_settings.SettingsConfigDict",
        "threading.Lock",
        "threading.RLock",
        "threading.local",
        "time.monotonic",
        "time.perf_counter",
        "time.time",
        "weakref.WeakKeyDictionary",
        "weakref.WeakSet",
        "weakref.WeakValueDictionary",
    }
)

PURE_BUILTINS: Final = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "complex",
        "dict",
        "divmod",
        "enumerate",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "hex",
        "id",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "memoryview",
        "min",
        "object",
        "oct",
        "ord",
        "pow",
        "property",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "zip",
    ]
)

PURE_METHODS: Final = frozenset(
    [
        "capitalize",
        "casefold",
        "copy",
        "count",
        "decode",
        "encode",
        "endswith",
        "find",
        "format",
        "format_map",
        "get",
        "index",
        "isdigit",
        "items",
        "join",
        "keys",
        "lower",
        "lstrip",
        "model_copy",
        "model_dump",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "title",
        "upper",
        "values",
        "zfill",
    ]
)

PURE_BASES: Final = frozenset({"pydantic_settings.BaseSettings", "starlette.endpoints.HTTPEndpoint"})


def is_pure_call(dotted: str) -> bool:
    """May a library's function of this full name be called again?"""
    return dotted in PURE_CALLS or _is_in_pure_module(dotted)


def is_pure_base(dotted: str) -> bool:
    """Does a library's class of this full name take no notice of its subclasses?"""
    return dotted in PURE_BASES or _is_in_pure_module(dotted)


def _is_in_pure_module(dotted: str) -> bool:
    parts = dotted.split(".")
    return any(".".join(parts[:end]) in PURE_MODULES for end in range(1, len(parts)))

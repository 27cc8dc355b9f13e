"""The kinds of statements that drawn programs are made of, each as a template.

In a template: `{name}`; `{n}`, the number that edits change; `{early}`, an expression over others that is evaluated at
import; `{late}`, one that is evaluated when it is called; `{lazy}`, where imports for `{late}` may stand; `{ref}`, the
object of another kind that this one needs. `value` says how its value is asked for, `{at}` being the way to its name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`gives` is what it is good for as a `{ref}`, `needs` what its own has to give. `is_settled`: its value does not
    depend on what was imported so far, so that others may use it at import."""

    text: str
    value: str = "{at}()"
    gives: str = ""
    needs: str = ""
    is_settled: bool = True
    is_bound: bool = True


KINDS: dict[str, Kind] = {
    "constant": Kind("{name} = {n} + {early}\n", "{at}"),
    "list": Kind("{name} = [{n}, {early}]\n", "sum({at})"),
    "loop": Kind("{name} = 0\nfor _i in range({n}):\n    {name} += _i + {early}\n", "{at}"),
    "pair": Kind("{name}, {name}_other = {n}, {early}\n", "({at} + {at}_other)"),
    "walrus": Kind("{name} = ({name}_inner := {n} + {early}) + 1\n", "({at} + {at}_inner)"),
    "annotated": Kind("{name}: Final = {n} + {early}\n", "{at}"),
    "function": Kind("def {name}(x=1):\n{lazy}    return x * {n} + {late}\n", "{at}(2)", gives="function"),
    "documented": Kind('def {name}(x=1):\n    """Number {n}."""\n    return x\n', "len({at}.__doc__ + {at}.__name__)"),
    "signature": Kind("def {name}(x={n} + {early}, *, y{n}=2):\n    return x + y{n}\n"),
    "lambda": Kind("{name} = lambda x={n}: x + {late}\n", gives="function"),
    "coroutine": Kind(
        "async def {name}():\n{lazy}    await asyncio.sleep(0)\n    return {n} + {late}\n", "tools.drive({at}())"
    ),
    "generator": Kind("def {name}():\n{lazy}    yield {n}\n    yield {late}\n", "sum({at}())"),
    "context": Kind("@contextlib.contextmanager\ndef {name}():\n{lazy}    yield {n} + {late}\n", "tools.enter({at}())"),
    "decorator": Kind(
        "def {name}(k=1):\n    def mark(function):\n        @functools.wraps(function)\n        def wrapper(*args):\n"
        "            return function(*args) * k + {n} + {late}\n\n        return wrapper\n\n    return mark\n",
        "{at}(2)(lambda: 3)()",
        gives="decorator",
    ),
    "decorated": Kind("@{ref}({n})\ndef {name}(x=1):\n{lazy}    return {n} + x + {late}\n", needs="decorator"),
    "factory": Kind(
        "def {name}_make(k):\n    def inner(x=1):\n        return x + k + {n} + {late}\n\n    return inner\n\n\n"
        "{name} = {name}_make({early})\n",
        gives="function",
    ),
    "cached": Kind("@functools.lru_cache\ndef {name}(x=1):\n{lazy}    return {n} * x + {late}\n", "{at}(2)"),
    "singleton": Kind(
        "_{name}_kept = None\n\n\ndef {name}():\n    global _{name}_kept\n    if _{name}_kept is None:\n"
        "        _{name}_kept = {{'v': {n} + {late}}}\n    return _{name}_kept\n",
        "{at}()['v']",
    ),
    "partial": Kind("{name} = functools.partial({ref}, {n})\n", needs="function"),
    "alias": Kind("{name} = {ref}\n", gives="function", needs="function"),
    "table": Kind("{name} = {{'f': {ref}, 'n': {n}}}\n", "({at}['f']() + {at}['n'])", needs="function"),
    "class": Kind(
        "class {name}:\n    rate = {n}\n\n    def __init__(self):\n        self.v = {n} + self.rate\n\n"
        "    def get(self):\n{lazy_method}        return self.v + {n} + {late}\n",
        "{at}().get()",
        gives="class",
    ),
    "subclass": Kind(
        "class {name}({ref}):\n    def get(self):\n        return super().get() + {n}\n\n"
        "    @property\n    def twice(self):\n        return self.get() * {n}\n",
        "{at}().twice",
        gives="class",
        needs="class",
    ),
    "instance": Kind("{name} = {ref}()\n{name}_n = {n}\n", "({at}.get() + {at}_n)", needs="class"),
    "methods": Kind(
        "class {name}:\n    @staticmethod\n    def one(x=1):\n        return x + {n}\n\n"
        "    @classmethod\n    def two(cls, x=1):\n        return cls.one(x) + {late}\n",
        "{at}.two(3)",
    ),
    "enum": Kind("class {name}(enum.Enum):\n    A = {n}\n    B = {n} + 1 + {early}\n", "({at}.A.value + {at}.B.value)"),
    "dataclass": Kind(
        "@dataclasses.dataclass\nclass {name}:\n    a: int = {n}\n    b: int = {early}\n\n"
        "    def total(self):\n{lazy_method}        return self.a + self.b + {late}\n",
        "{at}().total()",
    ),
    "model": Kind(
        "class {name}(pydantic.BaseModel):\n    a: int = {n}\n    b: int = {early}\n\n"
        "    @pydantic.field_validator('a')\n    @classmethod\n    def check(cls, x):\n        return x + {n}\n",
        "({at}().a + {at}(a=1).a)",
    ),
    "abstract": Kind(
        "class {name}_base(abc.ABC):\n    @abc.abstractmethod\n    def get(self): ...\n\n\n"
        "class {name}({name}_base):\n    def get(self):\n        return {n} + {late}\n",
        "{at}().get()",
        gives="class",
    ),
    "registry": Kind(
        "{name} = {{}}\n\n\ndef {name}_add(key):\n    def keep(function):\n        {name}[key] = function\n"
        "        return function\n\n    return keep\n",
        "sum(f() for f in {at}.values())",
        gives="registry",
        is_settled=False,
    ),
    "registered": Kind(
        "@{ref}_add('{name} {n}')\ndef {name}(x={early}):\n    return {n} + x\n", needs="registry", is_settled=False
    ),
    "hook": Kind(
        "class {name}:\n    kinds = []\n\n    def __init_subclass__(cls):\n        {name}.kinds.append(cls.rate)\n",
        "sum({at}.kinds)",
        gives="hook",
        is_settled=False,
    ),
    "hooked": Kind("class {name}({ref}):\n    rate = {n}\n", "{at}.rate", needs="hook", is_settled=False),
    "dispatched": Kind(
        "@functools.singledispatch\ndef {name}(x):\n    return {n}\n\n\n@{name}.register\ndef _(x: int):\n"
        "    return {n} + x + {late}\n",
        "{at}(1)",
    ),
    "branch": Kind(
        "if {n} % 2 + {early} > 1:\n    def {name}():\n        return {n} + {late}\nelse:\n"
        "    def {name}():\n        return -{n}\n",
    ),
    "optional": Kind(
        "try:\n    from extra_{name} import VALUE as {name}\nexcept ImportError:\n    {name} = {n}\n", "{at}"
    ),
    "lazy": Kind("    if name == '{name}':\n        return {n} + {late}\n", "{at}", is_bound=False),
}

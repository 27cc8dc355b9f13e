"""Where the app lives on disk."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from asgi_reload.project import project_directory

DEFAULT = Path("/cwd")


def module(name: str, file: Path, **names: object) -> dict[str, ModuleType]:
    made = ModuleType(name)
    made.__file__ = str(file)
    made.__package__ = name if file.name == "__init__.py" else name.rpartition(".")[0]
    vars(made).update(names)
    return {name: made}


def test_a_module_lies_in_its_project(tmp_path: Path) -> None:
    app = object()
    assert project_directory([app], module("main", tmp_path / "main.py", app=app), DEFAULT) == tmp_path


def test_a_package_is_part_of_its_project(tmp_path: Path) -> None:
    app = object()
    inner = module("shop.web.main", tmp_path / "shop" / "web" / "main.py", app=app)
    outer = module("shop", tmp_path / "shop" / "__init__.py", app=app)

    assert project_directory([app], inner, DEFAULT) == tmp_path
    assert project_directory([app], outer, DEFAULT) == tmp_path


def test_a_package_deeper_than_its_file_does_no_harm(tmp_path: Path) -> None:
    app = object()
    modules = module(".".join("x" * 200), tmp_path / "main.py", app=app)

    assert project_directory([app], modules, DEFAULT) == tmp_path


def test_what_nobody_of_the_developers_own_binds_is_looked_for_in_the_working_directory(tmp_path: Path) -> None:
    app = object()
    installed = module("lib", tmp_path / "site-packages" / "lib.py", app=app)

    assert project_directory([app], installed, DEFAULT) == DEFAULT
    assert project_directory([app], {}, DEFAULT) == DEFAULT

"""Options: argument before environment before pyproject.toml before default, and clear words for what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asgi_reload.errors import SettingError, UnknownSetting
from asgi_reload.settings import PARSERS, Settings, pyproject_table, resolve


def test_without_anything_the_defaults_stand() -> None:
    assert resolve({}, {}, {}) == Settings()


def test_an_argument_wins_over_the_environment_and_that_over_the_table() -> None:
    environ = {"ASGI_RELOAD_STEP": "7", "ASGI_RELOAD_DEBOUNCE": "8"}
    table = {"step": 1, "debounce": 1, "max-wait": 9}

    settings = resolve({"step": 5}, environ, table)

    assert (settings.step, settings.debounce, settings.max_wait) == (5, 8, 9)


def test_the_switch_turns_off_whatever_the_code_says() -> None:
    assert resolve({"enabled": True}, {"ASGI_RELOAD": "0"}, {}).enabled is False


def test_the_switch_turns_on_where_the_code_is_silent() -> None:
    assert resolve({}, {"ASGI_RELOAD": "1"}, {}).enabled is True
    assert resolve({"enabled": False}, {"ASGI_RELOAD": "1"}, {}).enabled is False


def test_paths_come_as_a_string_a_path_or_a_list_of_them() -> None:
    assert resolve({"watch": "app"}, {}, {}).watch == ("app",)
    assert resolve({"watch": Path("app")}, {}, {}).watch == ("app",)
    assert resolve({"watch": ["app/", Path("static")]}, {}, {}).watch == ("app/", "static")
    assert resolve({}, {"ASGI_RELOAD_WATCH": "app/, templates/**/*.html"}, {}).watch == ("app/", "templates/**/*.html")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"enabled": "perhaps"}, "enabled='perhaps': expected true or false"),
        ({"step": 0}, "step=0: expected a whole number of ms from 1"),
        ({"step": True}, "step=True"),
        ({"watch": []}, "watch=[]: expected at least one entry"),
        ({"watch": [3]}, "expected a string or a path"),
        ({"strategies": [3]}, "expected a list of callables"),
        ({"strategies": len}, "expected a list of callables"),
        ({"prefix": "reload"}, "expected an absolute path"),
        ({"prefix": "/"}, "expected an absolute path"),
        ({"prefix": "/a?b"}, "expected an absolute path"),
        ({"transport": "carrier pigeon"}, "expected 'auto', 'ws' or 'sse'"),
        ({"max_clients": 10**9}, "expected a whole number from 1 to 100,000"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_by_name(arguments: Any, words: str) -> None:
    with pytest.raises(SettingError) as refused:
        resolve(arguments, {}, {})

    assert words in str(refused.value)


def test_an_unknown_name_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(UnknownSetting, match=r"'wacth' in \[tool.asgi-reload\] .*did you mean 'watch'"):
        resolve({}, {}, {"wacth": "app"})
    with pytest.raises(UnknownSetting, match=r"in the environment .*did you mean 'prefix'"):
        resolve({}, {"ASGI_RELOAD_PREFX": "/x"}, {})
    with pytest.raises(UnknownSetting, match=r"in ReloadMiddleware"):
        resolve({"path": "/x"}, {}, {})  # type: ignore[typeddict-unknown-key]


def test_a_value_from_elsewhere_is_named_after_where_it_stands() -> None:
    with pytest.raises(SettingError, match="ASGI_RELOAD_STEP='fast'"):
        resolve({}, {"ASGI_RELOAD_STEP": "fast"}, {})
    with pytest.raises(SettingError, match=r"\[tool.asgi-reload\] step='fast'"):
        resolve({}, {}, {"step": "fast"})


def test_every_setting_has_a_parser() -> None:
    assert set(PARSERS) == set(Settings.__dataclass_fields__)


def test_the_table_is_read_from_the_directory_itself(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.asgi-reload]\nwatch = ["app"]\n')
    inner = tmp_path / "inner"
    inner.mkdir()

    assert pyproject_table(tmp_path) == {"watch": ["app"]}
    assert pyproject_table(inner) == {}


@pytest.mark.parametrize("text", [b"[tool", b"\xff", b'tool.asgi-reload = "on"'])
def test_a_broken_pyproject_is_one_clear_error(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text)

    with pytest.raises(SettingError):
        pyproject_table(tmp_path)

"""The command's own options stand where the middleware's stand, and neither minds the other's."""

from __future__ import annotations

from typing import Any

import pytest

from asgi_reload import command_options, settings
from asgi_reload.errors import SettingError, UnknownSetting
from asgi_reload.settings import Settings, resolve


def test_the_middleware_passes_over_what_the_command_reads() -> None:
    environ = {"ASGI_RELOAD_PORT": "9000", "ASGI_RELOAD_STEP": "7"}

    assert resolve({}, environ, {"mode": "cold", "app": "main:app"}) == Settings(step=7)


def test_a_misspelled_option_of_the_command_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownSetting, match="did you mean 'log_level'"):
        resolve({}, {}, {"log-levle": "debug"})
    with pytest.raises(UnknownSetting, match="did you mean 'port'"):
        resolve({}, {"ASGI_RELOAD_PROT": "9"}, {})


def test_no_name_means_two_things() -> None:
    assert not set(command_options.PARSERS) & set(settings.PARSERS)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("app", "main:app, /admin=admin:app", ("main:app", "/admin=admin:app")),
        ("mode", "cold", "cold"),
        ("warm_up", "sqlalchemy.orm, numpy", ("sqlalchemy.orm", "numpy")),
        ("warm_up", [], ()),
        ("warm_up", "", ()),
        ("port", "0", 0),
        ("timeout_graceful_shutdown", 0, 0),
        ("fd", "3", 3),
        ("log_level", "trace", "trace"),
    ],
)
def test_an_option_is_read(name: str, value: object, read: Any) -> None:
    assert command_options.PARSERS[name](value, name) == read


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("mode", "warm", "mode='warm': expected 'hot', 'cold' or 'isolated'"),
        ("warm_up", "not a module", "expected names of modules"),
        ("port", 65536, "expected a port from 0 to 65,535"),
        ("port", "http", "expected a port"),
        ("fd", -1, "expected a file descriptor"),
        ("timeout_graceful_shutdown", "soon", "expected a whole number of seconds from 0 to 60"),
        ("log_level", "loud", "expected 'critical', 'error', 'warning', 'info', 'debug' or 'trace'"),
        ("host", "", "expected a string"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(name: str, value: object, words: str) -> None:
    with pytest.raises(SettingError) as refused:
        command_options.PARSERS[name](value, name)

    assert words in str(refused.value)

"""Signs of production, of a test run and of somebody else's reloader."""

from __future__ import annotations

import pytest

from asgi_reload.environment import restarter, sign_of_production, sign_of_test_run


@pytest.mark.parametrize(
    ("environ", "sign"),
    [
        ({}, None),
        ({"ENV": "development"}, None),
        ({"ENV": "production"}, "ENV=production"),
        ({"APP_ENV": "Prod"}, "APP_ENV=Prod"),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "KUBERNETES_SERVICE_HOST"),
        ({"GUNICORN_CMD_ARGS": ""}, "GUNICORN_CMD_ARGS"),
    ],
)
def test_signs_of_production(environ: dict[str, str], sign: str | None) -> None:
    assert sign_of_production(environ, ["uvicorn"], optimized=False) == sign


def test_an_optimized_interpreter_is_a_sign_of_production() -> None:
    assert sign_of_production({}, [], optimized=True) == "PYTHONOPTIMIZE"


@pytest.mark.parametrize(
    ("environ", "argv", "sign"),
    [
        ({}, ["/venv/bin/uvicorn", "main:app", "--workers", "4"], "--workers 4"),
        ({}, ["/lib/uvicorn/__main__.py", "main:app", "--workers=4"], "--workers 4"),
        ({}, ["/venv/bin/uvicorn", "main:app", "--workers", "1"], None),
        ({}, ["/venv/bin/uvicorn", "main:app", "--workers", "4", "--reload"], None),
        ({}, ["/venv/bin/uvicorn", "main:app", "--workers"], None),
        ({}, ["/venv/bin/hypercorn", "-w", "2", "main:app"], "-w 2"),
        ({}, ["/venv/bin/granian", "--workers", "2", "main:app"], "--workers 2"),
        ({}, ["/venv/bin/litestar", "run", "--wc", "2"], "--wc 2"),
        ({"WEB_CONCURRENCY": "3"}, ["/venv/bin/uvicorn", "main:app"], "WEB_CONCURRENCY=3"),
        ({"WEB_CONCURRENCY": "3"}, ["/venv/bin/uvicorn", "main:app", "--reload"], None),
        ({"WEB_CONCURRENCY": "3"}, ["main.py"], None),
        ({}, ["/venv/bin/gunicorn", "main:app"], "gunicorn"),
        ({}, ["/venv/bin/gunicorn", "main:app", "--reload"], None),
        ({}, ["main.py", "--workers", "4"], None),
    ],
)
def test_several_workers_are_a_sign_of_production(environ: dict[str, str], argv: list[str], sign: str | None) -> None:
    assert sign_of_production(environ, argv, optimized=False) == sign


@pytest.mark.parametrize(
    ("environ", "argv", "sign"),
    [
        ({}, ["uvicorn", "main:app"], None),
        ({}, [], None),
        ({"PYTEST_VERSION": "9"}, ["uvicorn"], "PYTEST_VERSION"),
        ({}, ["/venv/bin/pytest", "-q"], "pytest"),
        ({}, ["/lib/python3.11/unittest/__main__.py", "tests"], "unittest"),
        ({}, ["manage.py", "test"], "manage.py test"),
        ({}, ["manage.py", "runserver"], None),
    ],
)
def test_signs_of_a_test_run(environ: dict[str, str], argv: list[str], sign: str | None) -> None:
    assert sign_of_test_run(environ, argv) == sign


@pytest.mark.parametrize(
    ("environ", "argv", "spawned", "who"),
    [
        ({}, ["/venv/bin/uvicorn", "main:app"], False, None),
        ({}, ["/venv/bin/uvicorn", "main:app", "--workers", "4"], True, None),
        ({}, ["/venv/bin/uvicorn", "main:app", "--reload"], True, "uvicorn --reload"),
        ({}, ["/lib/uvicorn/__main__.py", "main:app", "--reload"], True, "uvicorn --reload"),
        ({}, ["main.py"], True, "the server's reloader"),
        ({}, ["main.py"], False, None),
        ({}, ["/venv/bin/fastapi", "dev", "main.py"], True, "fastapi dev"),
        ({}, ["/venv/bin/fastapi", "run", "main.py"], False, None),
        ({}, ["/venv/bin/granian", "--reload", "main:app"], True, "granian --reload"),
        ({}, ["/venv/bin/hypercorn", "main:app", "--reload"], True, "hypercorn --reload"),
        ({}, ["/venv/bin/litestar", "run", "-r"], True, "litestar --reload"),
        ({"RUN_MAIN": "true"}, ["manage.py", "runserver"], False, "runserver"),
        ({"WATCHFILES_CHANGES": "[]"}, ["main.py"], False, "watchfiles"),
    ],
)
def test_who_restarts_the_server(environ: dict[str, str], argv: list[str], spawned: bool, who: str | None) -> None:
    assert restarter(environ, argv, spawned=spawned) == who

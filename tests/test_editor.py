"""Links that open a place in an editor: names, templates, what the environment tells, other machines' paths."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_reload.editor import TEMPLATES, editor_of, href, paths_of
from asgi_reload.errors import SettingError


def test_a_name_is_the_url_that_the_editor_documents() -> None:
    assert editor_of("vscode", {}).href("/home/me/shop/a b.py", 3, 5) == "vscode://file/home/me/shop/a%20b.py:3:5"
    assert editor_of("PyCharm", {}).href("/x/y.py", 3, 5) == "pycharm://open?file=/x/y.py&line=3&column=5"
    assert editor_of("sublime", {}).href("/x/y.py", 3, 5) == "subl://open?url=file:///x/y.py&line=3&column=5"


@pytest.mark.parametrize("template", ["my://go{file}:{line}", "my://go/{file}:{line}"])
def test_a_template_may_be_written_either_way(template: str) -> None:
    assert editor_of(template, {}).href("/x/y.py", 3) == "my://go/x/y.py:3"


@pytest.mark.parametrize("name", ["vscode", "pycharm", "textmate", "zed"])
def test_a_drive_of_windows_stands_where_its_editor_expects_it(name: str) -> None:
    paths = paths_of([r"/app=C:\Users\me\app"])

    link = editor_of(name, {}, paths).href("/app/shop/main.py", 1)

    assert ("=C:/Users" in link) if name == "pycharm" else ("/C:/Users" in link)
    assert "C:/Users/me/app/shop/main.py" in link


def test_the_longest_directory_wins_and_only_whole_names_count() -> None:
    paths = paths_of(["/app=/home/me/app", "/app/lib = /home/me/libs", "/=/host"])
    editor = editor_of("x://o?{file}", {}, paths)

    assert editor.href("/app/lib/a.py", 1) == "x://o?/home/me/libs/a.py"
    assert editor.href("/app/library/a.py", 1) == "x://o?/home/me/app/library/a.py"
    assert editor.href("/apple/a.py", 1) == "x://o?/host/apple/a.py"


def test_in_wsl_the_editor_is_told_which_distribution() -> None:
    editor = editor_of("cursor", {"WSL_DISTRO_NAME": "Ubuntu 24"}, paths_of([r"/mnt/c=C:\ "]))

    assert editor.href("/home/me/a.py", 3) == "cursor://vscode-remote/wsl+Ubuntu%2024/home/me/a.py:3:1"
    assert editor.href("/mnt/c/me/a.py", 3) == "cursor://file/C:/me/a.py:3:1"


@pytest.mark.parametrize(
    ("environ", "scheme"),
    [
        ({}, ""),
        ({"TERM_PROGRAM": "Apple_Terminal"}, ""),
        ({"TERM_PROGRAM": "vscode"}, "vscode"),
        ({"TERM_PROGRAM": "vscode", "TERM_PROGRAM_VERSION": "1.99.0-insider"}, "vscode-insiders"),
        ({"TERM_PROGRAM": "vscode", "CURSOR_TRACE_ID": "1"}, "cursor"),
        ({"TERM_PROGRAM": "vscode", "VSCODE_GIT_ASKPASS_MAIN": "/opt/Windsurf/resources/askpass.js"}, "windsurf"),
        ({"TERM_PROGRAM": "vscode", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, ""),
        ({"TERMINAL_EMULATOR": "JetBrains-JediTerm"}, "idea"),
        ({"TERMINAL_EMULATOR": "JetBrains-JediTerm", "__CFBundleIdentifier": "com.jetbrains.pycharm"}, "pycharm"),
        ({"ZED_TERM": "true"}, "zed"),
    ],
)
def test_without_a_setting_it_is_the_editor_whose_terminal_this_is(environ: dict[str, str], scheme: str) -> None:
    assert editor_of("", environ).href("/a.py", 1).partition("://")[0] == scheme
    assert editor_of("none", environ).href("/a.py", 1) == ""


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("vscoed", "did you mean 'vscode'"),
        ("nvim", "expected one of .*template such as"),
        ("vscode://file/:{line}", r"it has no \{file\}; put it where"),
        ("x://{file}:{lines}", "only {file}, {line} and {column}"),
        ("x://{file} {line}", "expected the URL of an editor"),
        ("javascript://%0aalert({file})", "expected the URL of an editor"),
        ("JavaScript://{file}", "expected the URL of an editor"),
        ("java\tscript://{file}", "expected the URL of an editor"),
        ("file://{file}", "expected the URL of an editor"),
        ("data://{file}", "expected the URL of an editor"),
        ("vbscript://{file}", "expected the URL of an editor"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line_that_says_what_to_do(text: str, advice: str) -> None:
    with pytest.raises(SettingError, match=advice) as raised:
        editor_of(text, {})

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("entry", ["", "/app", "/app=", "=/app", "app=/x", "/app=x", "/app=C:x=y:"])
def test_a_mapping_that_is_none_is_refused(entry: str) -> None:
    with pytest.raises(SettingError, match="such as /app=/home/me/app"):
        paths_of([entry])


@given(st.text(min_size=1), st.sampled_from(sorted(TEMPLATES)))
def test_whatever_a_file_is_called_it_stays_one_part_of_the_link(name: str, editor: str) -> None:
    link = href(TEMPLATES[editor], f"/{name}", 3, 5)

    assert link.isascii()
    assert link.partition("://")[0] == TEMPLATES[editor].partition("://")[0]
    url = urlsplit(link)
    assert url.fragment == ""
    assert not url.query or set(parse_qs(url.query)) <= {"file", "url", "line", "column"}
    if url.query == "" and name.isprintable():
        assert unquote(url.path) == f"/{name}:3:5"

"""The options of the command line, as click reads them and as `--help` shows them. What they mean is read elsewhere.

Every value stays the text that was given, and what was not given is None: the settings' own parsers see to both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from .. import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SERVE_HELP: Final = """Serve ASGI apps, and bring every save to them and to the open pages.

TARGET is main:app, main.py, main.py:app or pkg.main:site.app; without one, main.py, app.py, api.py and their like are
looked for. Several are mounted at a path each: main:app /admin=admin.main:app.

Every option can stand in pyproject.toml as well, [tool.asgi-reload] max-wait = 300, and in the environment,
ASGI_RELOAD_MAX_WAIT=300. The command line comes first, then the environment, then the file.

asgi-reload check [TARGET] imports an app, starts it up and shuts it down, and says how that went.
asgi-reload status [URL] prints what a running server says of itself."""
CHECK_HELP: Final = """Import an app in a process of its own, run its lifespan once, and report.

Exits with 0 when all went well, with 1 when it did not, with 2 when there is nothing to check."""

STATUS_HELP: Final = """Print what a server that runs says of itself, as JSON: pages, saves, and what is wrong.

URL is that of the app, http://127.0.0.1:8000; without one, host and port are those that asgi-reload would serve at.
Exits with 0 when all is well, with 1 when something is wrong, with 2 when nobody answers."""
WHERE: Final = frozenset({"host", "port", "prefix"})


class Option(click.Option):
    """An option with a place in the help."""

    def __init__(self, *args: Any, section: str = "Options", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class Command(click.Command):
    """A command whose help shows options by section."""

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}

        for option in self.get_params(context):
            if (line := option.get_help_record(context)) is not None:
                sections.setdefault(getattr(option, "section", "Options"), []).append(line)

        sections["Options"] = sections.pop("Options")  # last
        for section, lines in sections.items():
            with formatter.section(section):
                formatter.write_dl(lines)


def text(section: str, *names: str, help: str | None, metavar: str = "TEXT", **more: Any) -> Option:
    """An option that takes a value; help None: it is known, and not shown."""
    return Option(names, section=section, default=None, help=help, metavar=metavar, hidden=help is None, **more)


def several(section: str, *names: str, help: str | None, metavar: str) -> Option:
    return text(section, *names, help=help, metavar=metavar, multiple=True)


def flag(section: str, *names: str, help: str | None, **more: Any) -> Option:
    return Option(names, section=section, is_flag=True, default=None, help=help, hidden=help is None, **more)


def _app_options() -> list[Option]:
    app = "The app"
    return [
        flag(app, "--factory", help="The target is a function that makes the app."),
        text(app, "--app-dir", metavar="DIR", help="Import from here; by default from this directory."),
        text(app, "--env-file", metavar="FILE", help="NAME=value lines for the app's environment; watched."),
    ]


def _save_options() -> list[Option]:
    saves, watch = "What a save means", "What is watched"
    return [
        flag(saves, "--hot", "mode", flag_value="hot", help="Change the running app in place (default)."),
        flag(saves, "--cold", "mode", flag_value="cold", help="A clean process for each save of Python."),
        flag(saves, "--isolated", "mode", flag_value="isolated", help="A clean interpreter (Python 3.14)."),
        flag(saves, "--audit/--no-audit", help="Prove changes in place by a clean import."),
        several(saves, "--warm-up", metavar="MODULE", help="Import this before a worker is wanted; repeatable."),
        text(saves, "--lifespan", metavar="overlap|sequential", help="Start the new app before the old one ends."),
        text(saves, "--drain", metavar="MS", help="Connections to an old version may live on."),
        text(saves, "--import-timeout", metavar="MS", help="What the modules of a save may take."),
        several(watch, "--watch", metavar="PATH|GLOB", help="Repeatable. A final / for a folder yet to come."),
        several(watch, "--watch-ignore", metavar="PATH|GLOB", help="Repeatable. SQLite files are ignored already."),
        text(watch, "--step", metavar="MS", help="Between two looks."),
        text(watch, "--debounce", metavar="MS", help="Of quiet that end a burst."),
        text(watch, "--max-wait", metavar="MS", help="The longest burst."),
        flag(watch, "--poll/--no-poll", help="Look at every file instead of waiting for events."),
        flag(watch, "--force", help="Watch / or the home directory all the same."),
        several(watch, "--reload-dir", metavar="DIR", help=None),
        several(watch, "--reload-include", metavar="GLOB", help=None),
        several(watch, "--reload-exclude", metavar="GLOB", help=None),
        flag(watch, "--reload", help=None),
    ]


def _server_options() -> list[Option]:
    server, tls = "The server", "TLS"
    return [
        text(server, "--host", metavar="ADDRESS", help="127.0.0.1"),
        text(server, "--port", metavar="PORT", help="8000; 0 is any that is free."),
        text(server, "--uds", metavar="PATH", help="A unix socket instead."),
        text(server, "--fd", metavar="NUMBER", help="An open socket instead."),
        flag(server, "--allow-remote", help="Let other machines reach the server."),
        flag(server, "--open", help="Show the app in a browser."),
        text(server, "--root-path", metavar="PATH", help="What a proxy takes off in front."),
        flag(server, "--proxy-headers/--no-proxy-headers", help="Believe X-Forwarded-* of those below."),
        text(server, "--forwarded-allow-ips", metavar="LIST", help="Whose headers are believed."),
        text(server, "--timeout-graceful-shutdown", metavar="SECONDS", help="For requests in flight at the end: 1."),
        text(server, "--log-level", metavar="LEVEL", help="critical, error, warning, info, debug, trace."),
        flag(server, "--access-log/--no-access-log", help="A line for each request."),
        flag(server, "--color/--no-color", help="Colours; NO_COLOR is honoured."),
        text(tls, "--ssl-keyfile", metavar="FILE", help="The private key, in PEM."),
        text(tls, "--ssl-certfile", metavar="FILE", help="The certificate, with those that vouch for it."),
        text(tls, "--ssl-keyfile-password", help="What unlocks the key."),
        text(tls, "--ssl-ca-certs", metavar="FILE", help="Who may vouch for clients."),
        text(tls, "--ssl-ciphers", help="As OpenSSL writes them."),
    ]


def _page_options() -> list[Option]:
    pages = "Pages"
    return [
        text(pages, "--prefix", metavar="PATH", help="Where our own routes are: /__reload__"),
        text(pages, "--transport", metavar="auto|ws|sse", help="What pages connect with."),
        several(pages, "--allowed-hosts", metavar="HOST", help="Names this server may be called by; repeatable."),
        several(pages, "--allowed-peers", metavar="NETWORK", help="Machines that may be told of saves; repeatable."),
        several(pages, "--trusted-proxies", metavar="NETWORK", help="Proxies that may say for whom; repeatable."),
        flag(pages, "--iframes/--no-iframes", help="Documents in frames, too."),
        text(pages, "--max-clients", metavar="NUMBER", help="Connections at the same time."),
        flag(pages, "--pill/--no-pill", help="The small state in the corner of a page."),
        flag(pages, "--overlay/--no-overlay", help="Errors over the page."),
        text(pages, "--editor", metavar="NAME|URL", help="What lines open in: vscode, pycharm, … or x://{file}:{line}"),
        several(pages, "--editor-paths", metavar="DIR=DIR", help="A directory as the editor sees it; repeatable."),
        several(pages, "--browser-console", metavar="LEVEL", help="Of the browser's console, to repeat here."),
        several(pages, "--browser-ignore", metavar="TEXT|GLOB", help="Errors of the browser to pass over."),
        flag(pages, "--i-know-this-is-not-production", help="Ignore the signs of production."),
    ]


def serve_command() -> click.Command:
    target = click.Argument(["app"], metavar="[TARGET]...", nargs=-1, required=False)
    options = [*_app_options(), *_save_options(), *_server_options(), *_page_options()]
    return _command("asgi-reload", SERVE_HELP, [target, *options])


def check_command() -> click.Command:
    target = click.Argument(["app"], metavar="[TARGET]", nargs=-1, required=False)
    timeout = text("The check", "--timeout", metavar="SECONDS", help="For import and lifespan together: 30.")
    return _command("asgi-reload check", CHECK_HELP, [target, *_app_options(), timeout])


def status_command() -> click.Command:
    url = click.Argument(["url"], metavar="[URL]", nargs=-1, required=False)
    where = [option for option in (*_server_options(), *_page_options()) if option.name in WHERE]
    return _command("asgi-reload status", STATUS_HELP, [url, *where])


def _command(name: str, help: str, params: list[click.Parameter]) -> click.Command:
    version = click.version_option(__version__, message="asgi-reload %(version)s")
    settings = {"max_content_width": 110, "help_option_names": ["-h", "--help"]}
    return version(Command(name, params=params, help=help, context_settings=settings))


def read(command: click.Command, arguments: Sequence[str]) -> Mapping[str, Any]:
    """The options that were given, by name; those that were not are None.

    Raises `click.UsageError`, and `click.exceptions.Exit` where help or version was all that was wanted.
    """
    with command.make_context(command.name, list(arguments)) as context:
        # A repeatable option that nobody gave is an empty tuple.
        return {name: None if value == () else value for name, value in context.params.items()}

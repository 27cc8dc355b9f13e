"""What can go wrong, each with its own sentence. Knows nothing of where it is raised.

ReloadError
├── SettingError          a setting cannot be used as given
│   ├── UnknownSetting    a name in pyproject.toml or the environment that is no setting
│   └── TargetError       an import string that names nothing, or no ASGI app
├── StrategyError         a strategy raised, or answered with something that is no update
├── CannotAdopt           a new version of the app cannot take over in this process
├── MessageError          a page sent something that is no message; carries the close code
├── AppMessageError       the app sent what ASGI does not allow there
├── WorkerGone            a worker ended in the middle of a call
├── Reported              something failed in another process, which has reported it
│   ├── AppFailed         the app raised, or answered against the rules of ASGI
│   └── NoWorker          there is no worker that could answer
└── ControlError          front and worker do not understand each other
    └── PeerGone          the other end of a control socket has gone
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from .close_codes import POLICY_VIOLATION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .report import Report


def nearest(name: str, names: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing."""
    near = get_close_matches(name, list(names), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


class ReloadError(Exception):
    """Base of all errors of asgi-reload."""


class SettingError(ReloadError):
    """A setting cannot be used as given: says which, what it got, what to do."""

    def __init__(self, setting: str, got: object, remedy: str) -> None:
        super().__init__(f"{setting}={got!r}: {remedy}")
        self.setting = setting
        self.got = got


class UnknownSetting(SettingError):
    """A name that is no setting, with the nearest one that is."""

    def __init__(self, name: str, where: str, known: Iterable[str]) -> None:
        names = sorted(known)
        hint = nearest(name, names) or f"; known names: {', '.join(names)}"
        ReloadError.__init__(self, f"unknown setting {name!r} in {where}{hint}")
        self.setting = name
        self.got = where


class TargetError(SettingError):
    """An import string that names nothing, or no ASGI app."""


class StrategyError(ReloadError):
    """A strategy raised, or returned something that is neither an update nor None."""

    def __init__(self, strategy: object, problem: str) -> None:
        name = getattr(strategy, "__qualname__", None) or type(strategy).__qualname__
        super().__init__(f"strategy {name} {problem}; expected (batch, context) -> Update | None")
        self.strategy = strategy


class CannotAdopt(ReloadError):
    """A new version of the app cannot take over in this process: says why, and what to do."""


class MessageError(ReloadError):
    """A page sent something that is no message of the protocol.

    `code` is the WebSocket close code (RFC 6455, section 7.4.1): 1009 too large, 1008 anything else.
    """

    def __init__(self, problem: str, *, code: int = POLICY_VIOLATION) -> None:
        super().__init__(problem)
        self.code = code


class AppMessageError(ReloadError):
    """The app sent a message that has no place there, or returned without one. Raised inside the app."""


class WorkerGone(ReloadError):
    """A worker ended in the middle of a call; `started`: the response had begun.

    `asked`: the app had asked for the request's body, which cannot be had again.
    """

    status = 502

    def __init__(self, *, started: bool, asked: bool = False) -> None:
        super().__init__("the worker ended in the middle of its answer" if started else "the worker ended")
        self.started = started
        self.asked = asked


class Reported(ReloadError):
    """Something failed in another process. `report` is what it said, `status` what a page is answered with."""

    status = 500

    def __init__(self, report: Report) -> None:
        super().__init__(report.title)
        self.report = report


class AppFailed(Reported):
    """The app raised, or answered against the rules of ASGI; `started`: its response had begun."""

    def __init__(self, report: Report, *, started: bool) -> None:
        super().__init__(report)
        self.started = started


class NoWorker(Reported):
    """There is no worker that could answer: the app does not start, or it has crashed."""


class NoApp(NoWorker):
    """What was to be served is no app; nothing but another command line helps."""


class ControlError(ReloadError):
    """Front and worker do not understand each other: what came is no message, or its line did not come with it."""


class PeerGone(ControlError):
    """The other end of a control socket has gone, or reads no more."""

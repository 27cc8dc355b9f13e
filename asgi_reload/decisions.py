"""What a batch comes to: a batch in, updates out; nothing is read, sent or waited for."""

from __future__ import annotations

from dataclasses import dataclass
from traceback import format_exception_only
from typing import TYPE_CHECKING, assert_never

from .errors import StrategyError
from .outcome import Applied, Failed, Refused
from .updates import Failure, Patch, Restart, Update, is_well_formed, merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .changes import Batch, Change
    from .outcome import Outcome
    from .strategies import Context, Plain


@dataclass(frozen=True, slots=True)
class Decision:
    """What a batch comes to: the steps for pages, and what went wrong on the way."""

    steps: tuple[Update, ...]
    problems: tuple[StrategyError, ...] = ()


def unasked(outcome: Outcome) -> Update:
    """What pages are told when what runs has changed without a save."""
    match outcome:
        case Applied(reason=reason):
            return Patch((), reason)
        case Refused(reason):
            return Restart((), reason)
        case Failed(failure):
            return Failure(failure.title, failure.detail)
        case never:
            assert_never(never)


def decide(strategies: Sequence[Plain], batch: Batch, context: Context) -> Decision:
    """Ask the strategies in order until every change is answered; a broken one is passed over and named."""
    steps: list[Update] = []
    problems: list[StrategyError] = []
    rest = batch

    for strategy in strategies:
        if not rest.changes:
            break
        try:
            answer = _ask(strategy, rest, context)
        except StrategyError as problem:
            problems.append(problem)
            continue
        if answer is not None:
            steps.append(answer)
            rest = rest.without(_answered(answer, rest, context))

    return Decision(merge(steps), tuple(problems))


def _ask(strategy: Plain, batch: Batch, context: Context) -> Update | None:
    try:
        answer = strategy(batch, context)
    except Exception as error:
        # Even an exception whose own words fail.
        words = "".join(format_exception_only(error)).strip()
        raise StrategyError(strategy, f"raised {words}") from error

    if answer is not None and not is_well_formed(answer):
        raise StrategyError(strategy, f"returned {answer!r}")

    return answer


def _answered(answer: Update, batch: Batch, context: Context) -> Iterable[Change]:
    if not answer.paths:
        return batch.changes

    named = frozenset(answer.paths)
    return [change for change in batch if context.name(change) in named]

"""What the text of a project does not tell: what ran, and what may be touched. A value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .names import BodyAt

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from .difference import Difference
    from .names import Name


@dataclass(frozen=True, slots=True)
class Facts:
    """What the text does not tell.

    ran, started: bodies that ran at import, and at start-up; unknown: it cannot be told whether they did; warm: whether
    they did at a later start-up.
    owners: bindings that a build was seen to write into. inert: bindings whose value nobody can write into.
    declined: modules whose authors want a restart. untold: modules whose text is not what runs.
    files: base names of other files that changed. entry: the factory that the server calls. told: modules that the
    environment names, each with the variable.
    """

    ran: frozenset[BodyAt] = frozenset()
    started: frozenset[BodyAt] = frozenset()
    unknown: frozenset[BodyAt] = frozenset()
    warm: frozenset[BodyAt] = frozenset()
    owners: frozenset[Name] = frozenset()
    inert: Container[Name] = frozenset()
    declined: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    entry: Name | None = None
    told: Mapping[str, str] = field(default_factory=dict)

    def carried(self, differences: Mapping[str, Difference]) -> Facts:
        """The same facts for the new version, about bodies under the keys that they have there."""
        ran, started, unknown, warm = (
            _carried(bodies, differences) for bodies in (self.ran, self.started, self.unknown, self.warm)
        )
        # What import handed over as a class, start-up made instances of: a middleware. Starting again keeps those.
        constructors = {at for at in started if at.key.qualname.endswith(".__init__")}
        return replace(self, ran=ran | constructors, started=started, unknown=unknown, warm=warm)


def _carried(bodies: frozenset[BodyAt], differences: Mapping[str, Difference]) -> frozenset[BodyAt]:
    carried = set()

    for at in bodies:
        changes = differences.get(at.module)
        key = at.key if changes is None else changes.bodies.get(at.key)
        if key is not None:
            carried.add(BodyAt(at.module, key))
    return frozenset(carried)

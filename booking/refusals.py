"""A wish that was refused: every objection, and what would be possible instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.rules.wishes import Code, Objection
from lab.models import Member
from lab.spans import Span


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free span on resources that would do; `how` it differs: `shift`, `shorten` or `sister`."""

    resources: tuple[str, ...]
    span: Span
    how: str = "shift"


class Refused(Exception):
    """Nothing was written; the objections say why."""

    def __init__(self, objections: Sequence[Objection], alternatives: Sequence[Alternative] = ()) -> None:
        super().__init__(", ".join(objection.code for objection in objections))
        self.objections = list(objections)
        self.alternatives = list(alternatives)

    def told_to(self, reader: Member, *, about: Member) -> Refused:
        """The same for a reader who acts for somebody else: what that one lacks is said with their name."""
        self.objections = told_to(reader, self.objections, about=about)
        return self

    @property
    def only_taken(self) -> bool:
        blocking = [objection.code for objection in self.objections if objection.blocks]
        return bool(blocking) and all(code is Code.TAKEN for code in blocking)


def told_to(reader: Member, found: Iterable[Objection], *, about: Member) -> list[Objection]:
    """Objections as this reader reads them: about somebody else with their name."""
    if reader.pk == about.pk:
        return list(found)
    name = {"member": about.display_name}
    return [Objection(one.code, one.data | name) if one.code is Code.NOT_CERTIFIED else one for one in found]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An occurrence of a series before it is booked or moved: its start by the rule, and where it shall be.

    What is `skipped` stays out; what doesn't `fit` has blocking objections, and alternatives where another
    time would help; what `asks` would have to be approved.
    """

    at: datetime
    span: Span
    resources: tuple[str, ...]
    fits: bool = True
    asks: bool = False
    skipped: bool = False
    objections: tuple[Objection, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


class SeriesRefused(Refused):
    """A whole series that was refused: the objections of every occurrence that doesn't fit."""

    def __init__(self, occurrences: Sequence[Foreseen]) -> None:
        super().__init__([said for each in occurrences if not each.fits for said in each.objections])
        self.occurrences = list(occurrences)

"""What booking and changing a series share: conflicts resolved one by one, told together, claimed at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.actions.book import ANOTHER_TIME
from booking.actions.claims import claims_for, write
from booking.models import Booking
from booking.queries.series import other_times
from booking.refusals import Foreseen, Refused, SeriesRefused, told_to
from booking.rules.plans import Judged, Occurrence
from booking.rules.wishes import Code, Objection
from lab.lab_time import iso
from lab.models import Member, Resource
from lab.spans import Span


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another time for one occurrence, and other resources where they are named."""

    span: Span
    resources: tuple[Resource, ...] = ()


# What becomes of occurrences that don't fit, by their start: another time, or None to leave it out.
Resolve = Mapping[datetime, Elsewhere | None]


def bad_repeat(why: str, **data: Any) -> Refused:
    return Refused([Objection(Code.BAD_REPEAT, {"why": why, **data})])


def resolved(
    found: Sequence[Occurrence], resolve: Resolve, resources: dict[str, Resource]
) -> tuple[list[Occurrence], list[Occurrence]]:
    """The occurrences as they shall be, and those that are left out; `resources` gets those that come in.

    Raises:
        Refused: when there is no such occurrence.
    """
    unknown = set(resolve) - {each.at for each in found}
    if unknown:
        raise bad_repeat("no_such_occurrence", occurrence=iso(min(unknown)))
    kept, skipped = [], []
    for each in found:
        said = resolve.get(each.at, each)
        if said is None:
            skipped.append(each)
        elif isinstance(said, Elsewhere):
            resources |= {row.slug: row for row in said.resources}
            slugs = tuple(row.slug for row in said.resources) or each.resources
            kept.append(Occurrence(each.at, said.span, slugs, each.asks))
        else:
            kept.append(each)
    return kept, skipped


def foreseen(
    judged: Sequence[Judged],
    skipped: Iterable[Occurrence],
    *,
    member: Member,
    by: Member,
    resources: Mapping[str, Resource],
    now: datetime,
    besides: Iterable[Booking] = (),
) -> list[Foreseen]:
    """What `by` is told about each occurrence, in order, with other times for those that don't fit."""
    conflicts = [
        each
        for each in judged
        if each.given is None and any(one.code in ANOTHER_TIME for one in each.objections)
    ]
    other = other_times(conflicts, judged, member=member, resources=resources, now=now, besides=besides)
    rows = [
        Foreseen(
            each.occurrence.at,
            each.occurrence.span,
            each.occurrence.resources,
            fits=each.given is not None,
            asks=each.given is not None and each.asks,
            objections=tuple(told_to(by, each.objections, about=member)),
            alternatives=tuple(other.get(each.occurrence.at, ())),
        )
        for each in judged
    ]
    rows += [Foreseen(each.at, each.span, each.resources, skipped=True) for each in skipped]
    return sorted(rows, key=lambda row: row.at)


def fit_or_refuse(judged: Sequence[Judged], skipped: Iterable[Occurrence], **facts: Any) -> None:
    """
    Raises:
        SeriesRefused: when an occurrence doesn't fit; `facts` are those of `foreseen`.
    """
    if any(each.given is None for each in judged):
        raise SeriesRefused(foreseen(judged, skipped, **facts))


def claim_all(bookings: Sequence[Booking], judged: Sequence[Judged]) -> None:
    """Write the claims of all of them at once.

    Raises:
        LostRace: when the database knows better than the facts did.
    """
    claims, moves = [], []
    for booking, each in zip(bookings, judged, strict=True):
        given = each.given or {}
        claims += claims_for(booking, each.occurrence.span, each.facts, given, standing=not each.asks)
        moves += [] if each.asks else [move for units in given.values() for move in units.moves]
    write(claims, moves=moves)


def taken(resources: Iterable[str]) -> Refused:
    return Refused([Objection(Code.TAKEN, {"resource": slug}) for slug in resources])

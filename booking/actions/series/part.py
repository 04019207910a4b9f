"""What still may change of a series: all that is to come, or what follows from one occurrence on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects

from booking.actions.book import NO_OVERRIDE, Override
from booking.actions.change import as_it_stands, too_late
from booking.actions.series.occurrences import bad_repeat
from booking.models import Booking, Change, Series
from booking.rules.series import on_day
from lab.lab_time import iso, lab_zone
from lab.models import Member, Resource
from lab.spans import Span

State = Booking.State


@dataclass(frozen=True, slots=True)
class Part:
    """The bookings of a series from an occurrence on: `rows` all of them, `coming` those that may change.

    `at` is the first of them by the rule.
    """

    series: Series
    at: datetime
    rows: list[Booking]
    coming: list[Booking]
    whole: bool

    def by_rule(self, occurs_at: datetime) -> Span:
        """Where the rule puts this occurrence."""
        return on_day(day_of(occurs_at), Span(self.series.starts_at, self.series.ends_at), lab_zone())


def part_of(series: Series, since: datetime | None, now: datetime) -> Part:
    """Nobody else changes these bookings before this transaction ends.

    What was handed over to somebody else is theirs: it is not among those that may change.

    Raises:
        Refused: when nothing is to come, or nothing was to be at `since`.
    """
    held = Booking.objects.select_for_update(of=("self",)).filter(series=series).order_by("pk")
    found = sorted(held, key=lambda row: occurs(row))
    rows = [row for row in found if since is None or occurs(row) >= since]
    if since is not None and (not rows or occurs(rows[0]) != since):
        raise bad_repeat("no_such_occurrence", occurrence=iso(since))
    coming = [
        row
        for row in rows
        if row.state in (State.REQUESTED, State.BOOKED)
        and row.starts_at > now
        and row.member_id == series.member_id
    ]
    if not coming:
        raise too_late(why="nothing_to_come")
    prefetch_related_objects(coming, "claims__unit__resource__zone")
    return Part(series, since or occurs(coming[0]), rows, coming, whole=len(rows) == len(found))


def occurs(row: Booking) -> datetime:
    """Its start by the rule."""
    assert row.occurs_at is not None
    return row.occurs_at


def asked(row: Booking) -> list[Resource]:
    """The resources that were asked for, one entry a unit."""
    found = [claim for claim in row.claims.all() if not claim.superseded and not claim.linked]
    return [claim.unit.resource for claim in sorted(found, key=lambda claim: claim.unit_id)]


def day_of(moment: datetime) -> date:
    """The lab's day."""
    return moment.astimezone(lab_zone()).date()


def standing(rows: Iterable[Booking]) -> dict[int, dict[str, Any]]:
    """What the bookings are before a change, by key."""
    return {row.pk: as_it_stands(row, asked(row)) for row in rows}


def save(rows: Iterable[Booking]) -> None:
    Booking.objects.bulk_update(rows, ["starts_at", "ends_at", "purpose", "state", "sequence"])


def note_all(
    what: Change.What,
    rows: Iterable[Booking],
    stood: Mapping[int, dict[str, Any]],
    *,
    by: Member,
    now: datetime,
    why: Override = NO_OVERRIDE,
) -> None:
    """A line of history for each of them."""
    aside = {"overridden": sorted(why.codes)} if why.codes else {}
    Change.objects.bulk_create(
        Change(booking=row, what=what, at=now, by=by, before=stood[row.pk] | aside, reason=why.reason)
        for row in rows
    )

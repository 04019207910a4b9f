"""Moving a series: all that is still to come of it, or what follows from one occurrence on.

What was moved by itself stays where it was put. A later part that gets another time becomes a series of its
own, so that each keeps a rule that is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from booking import live
from booking.actions.book import NO_OVERRIDE, Override, queue_for_quotas
from booking.actions.claims import MOST_TRIES, LostRace
from booking.actions.known_hits import keep_known
from booking.actions.series.occurrences import (
    Resolve,
    bad_repeat,
    claim_all,
    fit_or_refuse,
    resolved,
    taken,
)
from booking.actions.series.part import Part, asked, day_of, note_all, occurs, part_of, save, standing
from booking.actions.tell import tell_series
from booking.models import Booking, Change, Claim, Notice, Series
from booking.queries.series import series_facts
from booking.rules.plans import Judged, Occurrence, judge_all
from booking.rules.repeat import BadRepeat, parse
from booking.rules.series import on_day, rest_from, shifted, until_before
from booking.rules.wishes import WishFacts
from lab.lab_time import lab_zone
from lab.models import Member, Resource
from lab.spans import Span

State, What = Booking.State, Change.What
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the occurrences that change shall be, on which resources; `left` stay as they are."""

    part: Part
    kept: list[Occurrence]
    left: list[Occurrence]
    moved: list[Booking]
    resources: Mapping[str, Resource]
    by: Member
    now: datetime
    override: Override

    def facts(self) -> WishFacts:
        return series_facts(
            member=self.part.series.member,
            resources=self.resources,
            occurrences=self.kept,
            now=self.now,
            besides=self.moved,
        )


@dataclass(frozen=True, slots=True)
class Shift:
    """Other hours, so many days later, as they were told for the occurrence `about`."""

    about: datetime
    span: Span
    later: timedelta

    def of(self, occurs_at: datetime) -> Span:
        """Where an occurrence lies then."""
        return on_day(day_of(occurs_at) + self.later, self.span, lab_zone())


def move_series(
    *,
    series: Series,
    by: Member,
    now: datetime,
    since: datetime | None = None,
    about: datetime | None = None,
    span: Span | None = None,
    resources: Sequence[Resource] | None = None,
    purpose: str | None = None,
    resolve: Resolve | None = None,
    override: Override = NO_OVERRIDE,
) -> Series:
    """Give what is still to come another time, other resources or another purpose, or change nothing.

    `span` is where the occurrence `about` which one speaks (or else the one at `since`, or the next) shall
    be; the others shift alike on the wall clock. An occurrence that is resolved to None stays as it is.

    Raises:
        Refused: `bad_repeat`; `too_late_to_cancel` when nothing is to come; as SeriesRefused for conflicts.
    """
    with transaction.atomic():
        part = part_of(series, since, now)
        shift = None if span is None else _shift(part, about or part.at, span)
        stood = standing(part.coming)
        wish = _wish(part, shift, resources, resolve or {}, by, now, override)
        if wish.kept:
            _place(wish)
        renamed = [] if purpose is None else [row for row in part.coming if row.purpose != purpose]
        for row in renamed:
            row.purpose = purpose or ""
        save({row.pk: row for row in [*wish.moved, *renamed]}.values())
        series = series if shift is None else _by_new_rule(part, shift)
        note_all(What.MOVED, wish.moved, stood, by=by, now=now, why=override)
        keep_known(wish.moved, codes=override.codes, by=by, now=now)
        note_all(What.RENAMED, [r for r in renamed if r not in wish.moved], stood, by=by, now=now)
        if wish.moved:
            before = stood[wish.moved[0].pk]
            tell_series(series, wish.moved, Notice.Kind.MOVED, now=now, by=by, before=before)
    live.publish_resources_soon(wish.resources.values())
    return series


def _shift(part: Part, about: datetime, span: Span) -> Shift | None:
    """What it means for the others that one occurrence shall be there; None when it is there already."""
    if span == part.by_rule(about):
        return None
    return Shift(about, span, DAY * (day_of(span.start) - day_of(about)).days)


def _wish(
    part: Part,
    shift: Shift | None,
    resources: Sequence[Resource] | None,
    resolve: Resolve,
    by: Member,
    now: datetime,
    override: Override,
) -> Wish:
    found = [_wished(part, row, shift, resources, by) for row in part.coming]
    rows = {row.slug: row for booking in part.coming for row in asked(booking)}
    rows |= {row.slug: row for row in resources or ()}
    kept, left = resolved([each for each in found if each is not None], resolve, rows)
    places = {each.at for each in kept}
    moved = [row for row in part.coming if occurs(row) in places]
    return Wish(part, kept, left, moved, rows, by, now, override)


def _wished(
    part: Part, row: Booking, shift: Shift | None, resources: Sequence[Resource] | None, by: Member
) -> Occurrence | None:
    """Where a booking shall be; None when it stays as it is."""
    mine = tuple(sorted(resource.slug for resource in asked(row)))
    slugs = mine if resources is None else tuple(sorted(resource.slug for resource in resources))
    where = row.span
    in_step = shift is not None and (row.span == part.by_rule(occurs(row)) or occurs(row) == shift.about)
    if shift is not None and in_step:
        where = shift.of(occurs(row))
    if where == row.span and slugs == mine:
        return None
    less = row.span.covers(where) and slugs == mine  # less of what was approved stays approved
    asks = True if row.state == State.REQUESTED else False if less or by.is_manager else None
    return Occurrence(occurs(row), where, slugs, asks)


def _place(wish: Wish) -> None:
    """Let the bookings claim their new times, and nothing else any more.

    Raises:
        SeriesRefused: when one doesn't fit.
    """
    for _ in range(MOST_TRIES):
        facts = wish.facts()
        if any(resource.quotas for resource in facts.resources):
            queue_for_quotas(wish.part.series.member, facts)
            facts = wish.facts()
        judged = _judged(wish, facts)
        with suppress(LostRace), transaction.atomic():
            asking = [row for row in wish.moved if row.state == State.REQUESTED]
            Claim.objects.filter(booking__in=asking).delete()  # what was only asked for is no history
            old = Claim.objects.filter(booking__in=wish.moved, superseded=False)
            old.update(standing=False, superseded=True)
            claim_all(wish.moved, judged)
            _put(wish.moved, judged)
            return
    raise taken(wish.resources)


def _judged(wish: Wish, facts: WishFacts) -> list[Judged]:
    """
    Raises:
        SeriesRefused: when one doesn't fit.
    """
    judged, _after = judge_all(
        wish.kept, facts, overridden=wish.override.codes, by_manager=wish.by.is_manager
    )
    fit_or_refuse(
        judged,
        wish.left,
        member=wish.part.series.member,
        by=wish.by,
        resources=wish.resources,
        now=wish.now,
        besides=wish.moved,
    )
    return judged


def _put(moved: Iterable[Booking], judged: Iterable[Judged]) -> None:
    for row, each in zip(moved, judged, strict=True):
        row.starts_at, row.ends_at = each.occurrence.span.start, each.occurrence.span.end
        row.state = State.REQUESTED if each.asks else row.state
        row.sequence += 1


def _by_new_rule(part: Part, shift: Shift) -> Series:
    """The series that the part belongs to once its occurrences are at their new times.

    Raises:
        Refused: when no rule says these days.
    """
    series, zone = part.series, lab_zone()
    rule, first = parse(series.rule, zone), Span(series.starts_at, series.ends_at)
    if not part.whole:
        rest = rest_from(rule, day_of(first.start), day_of(part.at))
        series.rule = str(until_before(rule, part.at))
        series.save(update_fields=["rule"])
        series, rule, first = Series(member=series.member), rest, part.by_rule(part.at)
    try:
        series.rule = str(shifted(rule, first, shift.later.days, zone))
    except BadRepeat as bad:
        raise bad_repeat(bad.why, **bad.data) from None
    begun = shift.of(first.start)
    series.starts_at, series.ends_at = begun.start, begun.end
    series.save()
    _join(part.rows, series, shift)
    return series


def _join(rows: Sequence[Booking], series: Series, shift: Shift) -> None:
    """Give the bookings their places in a rule that begins anew."""
    # None first: on the way each would meet the others' places.
    Booking.objects.filter(pk__in=[row.pk for row in rows]).update(occurs_at=None)
    for row in rows:
        row.series, row.occurs_at = series, shift.of(occurs(row)).start
    Booking.objects.bulk_update(rows, ["series", "occurs_at"])

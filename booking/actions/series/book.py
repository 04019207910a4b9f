"""`book_series()`: many bookings by one rule, all of them or none; conflicts are resolved one by one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from booking import live
from booking.actions.book import NO_OVERRIDE, Override, overridden, queue_for_quotas
from booking.actions.claims import MOST_TRIES, LostRace
from booking.actions.hooked import tell_booking
from booking.actions.known_hits import keep_known
from booking.actions.series.occurrences import (
    Resolve,
    bad_repeat,
    claim_all,
    fit_or_refuse,
    foreseen,
    resolved,
    taken,
)
from booking.actions.tell import tell_series
from booking.models import Booking, Change, Notice, Project, Series
from booking.queries.series import series_facts
from booking.refusals import Foreseen
from booking.rules.plans import Judged, Occurrence, judge_all
from booking.rules.repeat import BadRepeat, Repeat, parse
from booking.rules.series import occurrences
from booking.rules.wishes import WishFacts
from lab.lab_time import lab_zone
from lab.models import Member, Resource
from lab.spans import Span

State = Booking.State


@dataclass(frozen=True, slots=True)
class Wish:
    """A series that somebody wishes, once its conflicts are resolved as they said."""

    member: Member
    by: Member
    rule: Repeat
    span: Span
    occurrences: list[Occurrence]
    skipped: list[Occurrence]
    resources: dict[str, Resource]
    override: Override
    project: Project | None = None


def preview(
    *,
    member: Member,
    by: Member,
    resources: Sequence[Resource],
    span: Span,
    rule: str,
    now: datetime,
    resolve: Resolve | None = None,
    override: Override = NO_OVERRIDE,
) -> list[Foreseen]:
    """Every occurrence with its objections and alternatives, without booking anything.

    Raises:
        Refused: `bad_repeat`.
    """
    wish = _wish(member, by, resources, span, rule, resolve or {}, override)
    judged = _judged(wish, _facts(wish, now)) if wish.occurrences else []
    return foreseen(judged, wish.skipped, member=member, by=by, resources=wish.resources, now=now)


def book_series(
    *,
    member: Member,
    by: Member,
    resources: Sequence[Resource],
    span: Span,
    rule: str,
    now: datetime,
    purpose: str = "",
    resolve: Resolve | None = None,
    override: Override = NO_OVERRIDE,
    project: Project | None = None,
) -> Series:
    """Promise every occurrence that isn't left out, or nothing at all.

    `span` is the first time that the rule, of RFC 5545, counts from. What needs approval is `requested`.

    Raises:
        Refused: `bad_repeat`; as SeriesRefused when some occurrence doesn't fit.
    """
    wish = _wish(member, by, resources, span, rule, resolve or {}, override, project)
    if not wish.occurrences:
        raise bad_repeat("all_skipped")
    for _ in range(MOST_TRIES):
        facts = _facts(wish, now)
        judged = _fitting(wish, facts, now)
        with suppress(LostRace), transaction.atomic():
            if any(resource.quotas for resource in facts.resources):
                queue_for_quotas(member, facts)
                judged = _fitting(wish, _facts(wish, now), now)
            series = Series.objects.create(
                member=member, rule=str(wish.rule), starts_at=span.start, ends_at=span.end
            )
            bookings = _write(wish, series, judged, purpose, now)
            asks = any(booking.state == State.REQUESTED for booking in bookings)
            kind = Notice.Kind.REQUESTED if asks else Notice.Kind.BOOKED
            tell_series(series, bookings, kind, now=now, by=by, resources=resources)
            for booking in bookings:
                tell_booking("booking.created", booking, now=now)
            live.publish_resources_soon(wish.resources.values())
            return series
    raise taken(wish.resources)


def _wish(
    member: Member,
    by: Member,
    resources: Sequence[Resource],
    span: Span,
    rule: str,
    resolve: Resolve,
    override: Override,
    project: Project | None = None,
) -> Wish:
    try:
        repeat = parse(rule, lab_zone())
        spans = occurrences(repeat, span, lab_zone())
    except BadRepeat as bad:
        raise bad_repeat(bad.why, **bad.data) from None
    rows = {row.slug: row for row in resources}
    slugs = tuple(row.slug for row in resources)
    kept, skipped = resolved([Occurrence(each.start, each, slugs) for each in spans], resolve, rows)
    return Wish(member, by, repeat, span, kept, skipped, rows, override, project)


def _facts(wish: Wish, now: datetime) -> WishFacts:
    return series_facts(member=wish.member, resources=wish.resources, occurrences=wish.occurrences, now=now)


def _judged(wish: Wish, facts: WishFacts) -> list[Judged]:
    found, _after = judge_all(
        wish.occurrences, facts, overridden=wish.override.codes, by_manager=wish.by.is_manager
    )
    return found


def _fitting(wish: Wish, facts: WishFacts, now: datetime) -> list[Judged]:
    """Every occurrence with its units.

    Raises:
        SeriesRefused: when one doesn't fit.
    """
    judged = _judged(wish, facts)
    fit_or_refuse(judged, wish.skipped, member=wish.member, by=wish.by, resources=wish.resources, now=now)
    return judged


def _write(
    wish: Wish, series: Series, judged: Sequence[Judged], purpose: str, now: datetime
) -> list[Booking]:
    bookings = Booking.objects.bulk_create(
        Booking(
            member=wish.member,
            booked_by=wish.by,
            starts_at=each.occurrence.span.start,
            ends_at=each.occurrence.span.end,
            purpose=purpose,
            project=wish.project,
            state=State.REQUESTED if each.asks else State.BOOKED,
            series=series,
            occurs_at=each.occurrence.at,
        )
        for each in judged
    )
    claim_all(bookings, judged)
    if wish.override.codes:
        Change.objects.bulk_create(overridden(row, wish.override, wish.by, now) for row in bookings)
        keep_known(bookings, codes=wish.override.codes, by=wish.by, now=now)
    return bookings

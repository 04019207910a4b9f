"""May this be booked? Every objection at once, as codes with data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from lab.calendar import Opening, day_span
from lab.spans import Span, without

LONGEST = timedelta(days=366)


class Code(StrEnum):
    """Why a wish can't be booked; the sentence is made elsewhere, in the reader's language."""

    TAKEN = "taken"
    CLOSED = "closed"
    OUTAGE = "outage"
    NOT_CERTIFIED = "not_certified"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    QUOTA = "quota"
    IN_PAST = "in_past"
    BAD_SPAN = "bad_span"
    SUSPENDED = "suspended"
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason against a wish; `data` holds what a sentence about it needs, JSON-ready."""

    code: Code
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a resource asks of a booking; minutes and days, None for no limit."""

    min_minutes: int = 0
    max_minutes: int | None = None
    notice_minutes: int = 0
    horizon_days: int = 400
    setup_minutes: int = 0
    cleanup_minutes: int = 0
    daily_quota_minutes: int | None = None

    def blocked(self, span: Span) -> Span:
        """Set-up + booked + clean-up."""
        return span.grown(
            before=timedelta(minutes=self.setup_minutes), after=timedelta(minutes=self.cleanup_minutes)
        )


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """One wanted resource around the wished span."""

    slug: str
    rules: HouseRules
    opening: Opening
    outages: tuple[Span, ...] = ()
    units_free: int = 1
    units_wanted: int = 1
    certification: str | None = None
    own_booked: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Who wishes: `certified` maps each certification to its expiry."""

    suspended: bool = False
    member_until: datetime | None = None
    certified: dict[str, datetime | None] = field(default_factory=dict)


def judge_wish(
    span: Span, member: MemberFacts, resources: Iterable[ResourceFacts], *, zone: ZoneInfo, now: datetime
) -> list[Objection]:
    """All objections, the person's first, then each resource's in the order asked."""
    found = list(_against_member(span, member))
    if min(span.start + timedelta(minutes=1), span.end) < now:  # the minute that a form takes to arrive
        found.append(Objection(Code.IN_PAST, {"now": now.isoformat()}))
    for facts in resources:
        found += _against_resource(span, member, facts, zone, now)
    return found


def _against_member(span: Span, member: MemberFacts) -> Iterator[Objection]:
    if member.suspended:
        yield Objection(Code.SUSPENDED)
    elif member.member_until is not None and span.end > member.member_until:
        yield Objection(Code.SUSPENDED, {"member_until": member.member_until.isoformat()})


def _against_resource(
    span: Span, member: MemberFacts, facts: ResourceFacts, zone: ZoneInfo, now: datetime
) -> Iterator[Objection]:
    where = {"resource": facts.slug}
    yield from _length(span, facts.rules, where)
    yield from _distance(span, facts.rules, where, now)
    if not _proves(member, facts.certification, until=span.end):
        yield Objection(Code.NOT_CERTIFIED, where | {"certification": facts.certification})
    if span.length <= LONGEST:  # nobody counts the days of centuries
        yield from _closed(span, facts, where, zone)
        yield from _quota(span, facts, where, zone)
    if any(outage.overlaps(span) for outage in facts.outages):
        yield Objection(Code.OUTAGE, where)
    if facts.units_free < facts.units_wanted:
        yield Objection(Code.TAKEN, where | {"units_free": facts.units_free})


def _length(span: Span, rules: HouseRules, where: dict[str, Any]) -> Iterator[Objection]:
    if span.minutes < rules.min_minutes:
        yield Objection(Code.TOO_SHORT, where | {"min_minutes": rules.min_minutes})
    longest = LONGEST if rules.max_minutes is None else timedelta(minutes=rules.max_minutes)
    if span.length > longest:
        yield Objection(Code.TOO_LONG, where | {"max_minutes": int(longest / timedelta(minutes=1))})


def _distance(span: Span, rules: HouseRules, where: dict[str, Any], now: datetime) -> Iterator[Objection]:
    if now <= span.start < now + timedelta(minutes=rules.notice_minutes):
        yield Objection(Code.TOO_SOON, where | {"notice_minutes": rules.notice_minutes})
    if span.end > now + timedelta(days=rules.horizon_days):
        yield Objection(Code.TOO_FAR, where | {"horizon_days": rules.horizon_days})


def _closed(span: Span, facts: ResourceFacts, where: dict[str, Any], zone: ZoneInfo) -> Iterator[Objection]:
    if facts.opening.covers(span, zone):
        return
    opened = facts.opening.within(Span(span.start, span.end + timedelta(days=7)), zone)
    opens = next((found.start for found in opened if found.length >= span.length), None)
    yield Objection(Code.CLOSED, where | {"opens": opens.isoformat() if opens else None})


def _proves(member: MemberFacts, certification: str | None, *, until: datetime) -> bool:
    if certification is None:
        return True
    if certification not in member.certified:
        return False
    expires = member.certified[certification]
    return expires is None or expires >= until


def _quota(span: Span, facts: ResourceFacts, where: dict[str, Any], zone: ZoneInfo) -> Iterator[Objection]:
    quota = facts.rules.daily_quota_minutes
    if quota is None:
        return
    day = span.start.astimezone(zone).date()
    while (today := day_span(day, zone)).start < span.end:
        parts = [part for booked in (*facts.own_booked, span) if (part := booked.common(today))]
        if sum(part.minutes for part in parts) > quota:
            used = sum(part.minutes for part in parts[:-1])
            yield Objection(
                Code.QUOTA,
                where | {"day": day.isoformat(), "quota_minutes": quota, "used_minutes": int(used)},
            )
        day += timedelta(days=1)


def free_spans(
    window: Span,
    opening: Opening,
    busy: Iterable[Span],
    rules: HouseRules,
    *,
    zone: ZoneInfo,
    down: Iterable[Span] = (),
) -> Iterator[Span]:
    """Where a booking may lie in the window: open, not down, not busy, with room for set-up and clean-up.

    `busy` are blocked spans of one unit, `down` the outages.
    """
    before, after = timedelta(minutes=rules.cleanup_minutes), timedelta(minutes=rules.setup_minutes)
    holes = [*down, *(span.grown(before=before, after=after) for span in busy)]
    for opened in opening.within(window, zone):
        yield from without(opened, holes)

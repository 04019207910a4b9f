"""May this be booked? Every objection at once, as codes with data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from booking.rules.house import HouseRules, Quota
from booking.rules.units import Assignment, Held, UnitFacts, assign, most_free
from lab.calendar import Opening, day_span
from lab.spans import Span

LONGEST = timedelta(days=366)
FORM_MINUTE = timedelta(minutes=1)  # that a form takes to arrive


class Code(StrEnum):
    """Why a wish can't be booked; the sentence is made elsewhere, in the reader's language."""

    TAKEN = "taken"
    CLOSED = "closed"
    OUTAGE = "outage"
    NOT_CERTIFIED = "not_certified"
    NOT_ELIGIBLE = "not_eligible"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    QUOTA = "quota"
    IN_PAST = "in_past"
    BAD_SPAN = "bad_span"
    BAD_REPEAT = "bad_repeat"
    NEEDS_APPROVAL = "needs_approval"
    INTERFERENCE = "interference"
    NEEDS_KIT = "needs_kit"
    SUSPENDED = "suspended"
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"
    TOO_MANY_WAITS = "too_many_waits"


NOTICES = frozenset({Code.NEEDS_APPROVAL})
# What a manager may set aside with a reason; the overlap, in whatever shape, never.
OVERRIDABLE = frozenset(
    {
        Code.CLOSED, Code.OUTAGE, Code.NOT_CERTIFIED, Code.NOT_ELIGIBLE, Code.TOO_SHORT, Code.TOO_LONG,
        Code.TOO_SOON, Code.TOO_FAR, Code.QUOTA, Code.SUSPENDED, Code.NEEDS_APPROVAL,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason against a wish; `data` holds what a sentence about it needs, JSON-ready."""

    code: Code
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """A notice doesn't; everything else does."""
        return self.code not in NOTICES


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What is claimed with a resource: a kit, or the band that benches share."""

    slug: str
    why: Code
    wanted: int
    units: tuple[UnitFacts, ...]
    down: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """One wanted resource, as far as the window that the facts were read for reaches."""

    slug: str
    rules: HouseRules
    opening: Opening
    units: tuple[UnitFacts, ...] = (UnitFacts(1),)
    wanted: int = 1
    down: tuple[Span, ...] = ()
    certification: str | None = None
    next_training: datetime | None = None
    programmes: Mapping[str, Span | None] | None = None  # who may book: any of these; None for everybody
    quotas: tuple[Quota, ...] = ()
    links: tuple[LinkFacts, ...] = ()
    competing: tuple[Span, ...] = ()  # requests of others that wait for approval


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Who wishes: `certified` maps each certification to its expiry, `programmes` each to its days."""

    suspended: bool = False
    member_until: datetime | None = None
    certified: Mapping[str, datetime | None] = field(default_factory=dict)
    programmes: frozenset[str] = frozenset()
    is_manager: bool = False
    points: float = 0.0  # of missed bookings


@dataclass(frozen=True, slots=True)
class WishFacts:
    """All that a wish is judged by; `points_limit` None when the lab counts no missed bookings."""

    member: MemberFacts
    resources: tuple[ResourceFacts, ...]
    zone: ZoneInfo
    now: datetime
    points_limit: float | None = None

    def only(self, slugs: Collection[str]) -> WishFacts:
        """The same about fewer resources."""
        return replace(self, resources=tuple(each for each in self.resources if each.slug in slugs))

    def holding(self, blocked: Mapping[str, tuple[Span, Sequence[int]]], span: Span) -> WishFacts:
        """The same once this wish is booked too: `blocked` span and units by resource."""
        return replace(self, resources=tuple(_holding(each, blocked, span) for each in self.resources))


def judge_wish(span: Span, facts: WishFacts) -> list[Objection]:
    """All objections, the person's first, then each resource's in the order asked."""
    found = list(_against_member(span, facts.member))
    if min(span.start + FORM_MINUTE, span.end) < facts.now:
        found.append(Objection(Code.IN_PAST, {"now": facts.now.isoformat()}))
    for resource in facts.resources:
        found += _against_resource(span, resource, facts)
    return found


def blocking(objections: Iterable[Objection], overridden: Iterable[str] = ()) -> list[Objection]:
    """Those that keep a wish from being booked, less what a manager has set aside."""
    aside = OVERRIDABLE & set(overridden)
    return [objection for objection in objections if objection.blocks and objection.code not in aside]


def left(objections: Iterable[Objection], overridden: Iterable[str]) -> list[Objection]:
    """What remains to be said when a manager has set rules aside; notices too."""
    aside = OVERRIDABLE & set(overridden)
    return [objection for objection in objections if objection.code not in aside]


def units_for(span: Span, facts: WishFacts) -> dict[str, Assignment] | None:
    """The units of every resource and link that the wish claims, by slug; None when one can't be had."""
    given: dict[str, Assignment] = {}
    for slug, units, wanted, blocked in claimed(span, facts):
        assignment = assign(units, blocked, wanted=wanted, now=facts.now)
        if assignment is None:
            return None
        given[slug] = assignment
    return given


def claimed(span: Span, facts: WishFacts) -> Iterator[tuple[str, tuple[UnitFacts, ...], int, Span]]:
    """Everything that the wish claims: slug, its units, how many, the blocked span; each slug once.

    Two wanted resources that share a link claim it once for the longer of their blocked spans: they are
    one booking, and don't disturb themselves.
    """
    found: dict[str, tuple[tuple[UnitFacts, ...], int, Span]] = {}
    for resource in facts.resources:
        blocked = resource.rules.blocked(span)
        parts = [(resource.slug, resource.units, resource.wanted)]
        parts += [(link.slug, link.units, link.wanted) for link in resource.links]
        for slug, units, wanted in parts:
            before = found.get(slug)
            if before is not None:
                blocked_both = Span(min(before[2].start, blocked.start), max(before[2].end, blocked.end))
                found[slug] = (units, max(before[1], wanted), blocked_both)
            else:
                found[slug] = (units, wanted, blocked)
    yield from ((slug, units, wanted, blocked) for slug, (units, wanted, blocked) in found.items())


def _holding(
    facts: ResourceFacts, blocked: Mapping[str, tuple[Span, Sequence[int]]], span: Span
) -> ResourceFacts:
    def with_held(slug: str, units: tuple[UnitFacts, ...]) -> tuple[UnitFacts, ...]:
        held, given = blocked.get(slug, (span, ()))
        return tuple(
            UnitFacts(unit.pk, (*unit.held, Held(held))) if unit.pk in given else unit for unit in units
        )

    return replace(
        facts,
        units=with_held(facts.slug, facts.units),
        links=tuple(replace(link, units=with_held(link.slug, link.units)) for link in facts.links),
        quotas=tuple(quota.with_used(span) for quota in facts.quotas),
    )


def _against_member(span: Span, member: MemberFacts) -> Iterator[Objection]:
    if member.suspended:
        yield Objection(Code.SUSPENDED)
    elif member.member_until is not None and span.end > member.member_until:
        yield Objection(Code.SUSPENDED, {"member_until": member.member_until.isoformat()})


def _against_resource(span: Span, resource: ResourceFacts, facts: WishFacts) -> Iterator[Objection]:
    where = {"resource": resource.slug}
    yield from _shape(span, resource.rules, where, facts.zone)
    yield from _distance(span, resource.rules, where, facts.now)
    yield from _person(span, resource, where, facts.member)
    if span.length <= LONGEST:  # nobody counts the days of centuries
        yield from _closed(span, resource, where, facts.zone)
        yield from _quota(span, resource, where, facts.zone)
    if any(outage.overlaps(span) for outage in resource.down):
        yield Objection(Code.OUTAGE, where)
    yield from _taken(span, resource, where, facts.now)
    yield from _approval(span, resource, where, facts)


def _shape(span: Span, rules: HouseRules, where: dict[str, Any], zone: ZoneInfo) -> Iterator[Objection]:
    if span.minutes < rules.min_minutes:
        yield Objection(Code.TOO_SHORT, where | {"min_minutes": rules.min_minutes})
    longest = LONGEST if rules.max_minutes is None else timedelta(minutes=rules.max_minutes)
    if span.length > longest:
        yield Objection(Code.TOO_LONG, where | {"max_minutes": int(longest / timedelta(minutes=1))})
    if rules.grid_minutes and off_grid(span.start, rules.grid_minutes, zone):
        nearest = span.start - off_grid(span.start, rules.grid_minutes, zone)
        data = {"grid_minutes": rules.grid_minutes, "nearest": nearest.isoformat()}
        yield Objection(Code.BAD_SPAN, where | data)


def off_grid(moment: datetime, minutes: int, zone: ZoneInfo) -> timedelta:
    """How far past the last start of the grid, which counts from midnight on the lab's wall clock."""
    local = moment.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (local.replace(tzinfo=None) - midnight.replace(tzinfo=None)) % timedelta(minutes=minutes)


def _distance(span: Span, rules: HouseRules, where: dict[str, Any], now: datetime) -> Iterator[Objection]:
    if now <= span.start < now + timedelta(minutes=rules.notice_minutes):
        yield Objection(Code.TOO_SOON, where | {"notice_minutes": rules.notice_minutes})
    if span.end > now + timedelta(days=rules.horizon_days):
        yield Objection(Code.TOO_FAR, where | {"horizon_days": rules.horizon_days})


def _person(
    span: Span, facts: ResourceFacts, where: dict[str, Any], member: MemberFacts
) -> Iterator[Objection]:
    if not _proves(member, facts.certification, until=span.end):
        training = facts.next_training.isoformat() if facts.next_training else None
        expires = member.certified.get(facts.certification or "")
        yield Objection(
            Code.NOT_CERTIFIED,
            where
            | {"certification": facts.certification, "next_training": training}
            | ({"expires": expires.isoformat()} if expires else {}),
        )
    if facts.rules.role in {"manager", "admin"} and not member.is_manager:
        yield Objection(Code.NOT_ELIGIBLE, where | {"role": facts.rules.role})
    if facts.programmes is not None and not member.is_manager:
        days = [facts.programmes[slug] for slug in facts.programmes if slug in member.programmes]
        if not any(each is None or each.covers(span) for each in days):
            yield Objection(Code.NOT_ELIGIBLE, where | {"programmes": sorted(facts.programmes)})


def _proves(member: MemberFacts, certification: str | None, *, until: datetime) -> bool:
    if certification is None:
        return True
    if certification not in member.certified:
        return False
    expires = member.certified[certification]
    return expires is None or expires >= until


def _closed(span: Span, facts: ResourceFacts, where: dict[str, Any], zone: ZoneInfo) -> Iterator[Objection]:
    if opens(span, facts.rules, facts.opening, zone):
        return
    opened = facts.opening.within(Span(span.start, span.end + timedelta(days=7)), zone)
    again = next((found.start for found in opened if found.length >= span.length), None)
    yield Objection(Code.CLOSED, where | {"opens": again.isoformat() if again else None})


def opens(span: Span, rules: HouseRules, opening: Opening, zone: ZoneInfo) -> bool:
    """Open all along; where a machine may run on overnight, at its start and at its end."""
    if not rules.overnight:
        return opening.covers(span, zone)
    inside = list(opening.within(span, zone))
    return bool(inside) and inside[0].start == span.start and inside[-1].end == span.end


def _quota(span: Span, facts: ResourceFacts, where: dict[str, Any], zone: ZoneInfo) -> Iterator[Objection]:
    for quota in facts.quotas:
        broken = quota.over(span, zone)
        if broken is None:
            continue
        period, used = broken
        data: dict[str, Any] = {
            "period": quota.period,
            "from": period.start.astimezone(zone).isoformat(),
            "measure": "count" if quota.counts else "minutes",
            "most": quota.most,
            "used": used,
        }
        if quota.period == "rolling":
            data["days"] = quota.days
        if quota.shared_by:
            data["programme"] = quota.shared_by
        yield Objection(Code.QUOTA, where | data)


def _taken(span: Span, facts: ResourceFacts, where: dict[str, Any], now: datetime) -> Iterator[Objection]:
    blocked = facts.rules.blocked(span)
    if assign(facts.units, blocked, wanted=facts.wanted, now=now) is None:
        free = min(most_free(facts.units, blocked), facts.wanted - 1)
        few = {"units": len(facts.units)} if facts.wanted > len(facts.units) else {}
        yield Objection(Code.TAKEN, where | {"units_free": max(free, 0)} | few)
    for link in facts.links:
        held = assign(link.units, blocked, wanted=link.wanted, now=now) is None
        if held or any(outage.overlaps(span) for outage in link.down):
            yield Objection(link.why, where | {"also": link.slug})


def _approval(
    span: Span, facts: ResourceFacts, where: dict[str, Any], wish: WishFacts
) -> Iterator[Objection]:
    limit, points = wish.points_limit, wish.member.points
    over = limit is not None and points >= limit
    if (facts.rules.approval or over) and not wish.member.is_manager:
        competing = sum(other.overlaps(span) for other in facts.competing)
        yield Objection(
            Code.NEEDS_APPROVAL, where | {"competing": competing} | ({"points": points} if over else {})
        )


def programme_days(starts_on: date | None, ends_on: date | None, zone: ZoneInfo) -> Span | None:
    """The days of a programme as a span; None when it has no dates at all."""
    if starts_on is None and ends_on is None:
        return None
    first, last = starts_on or date(1970, 1, 2), ends_on or date(2200, 1, 1)
    return Span(day_span(first, zone).start, day_span(last, zone).end)

"""The facts that a wish is judged by, read in a fixed number of queries whatever is wished."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from booking.models import Booking, Claim, NoShow, Policy
from booking.queries.held import unit_facts, widened
from booking.queries.house import Linked, Place, outages, places, units_of
from booking.queries.quotas import quota_rows, quotas_of
from booking.rules import house
from booking.rules.units import UnitFacts
from booking.rules.wishes import (
    Code,
    LinkFacts,
    MemberFacts,
    Objection,
    ResourceFacts,
    WishFacts,
    judge_wish,
    programme_days,
)
from lab.lab_time import lab_zone, last_moment
from lab.models import Member, Resource, Training
from lab.spans import Span

WHY = {"interference": Code.INTERFERENCE, "kit": Code.NEEDS_KIT}


def wish_facts(
    *,
    member: Member,
    resources: Sequence[Resource],
    window: Span,
    now: datetime,
    besides: Booking | None = None,
) -> WishFacts:
    """What a wish of this member for these resources, anywhere in the window, is judged by.

    A resource named twice asks for two units; `besides` is the booking that the wish would replace. The
    resources come with their `zone` and `certification`.
    """
    wanted = Counter(resource.pk for resource in resources)
    rows = list({resource.pk: resource for resource in resources}.values())
    margin = timedelta(days=1)
    found = places(rows, window.grown(before=margin, after=margin))
    linked = {link.pk for place in found.values() for link in place.links}
    units = units_of(linked) if linked else {}
    held = _held(found, units, wanted, window, now, besides)
    down = outages(linked, window) if linked else {}
    open_to = _programmes(rows)
    limits = quota_rows(rows)
    asked = bool(open_to) or any(row.programme_id for row in limits)
    programmes = frozenset(member.programmes.values_list("slug", flat=True)) if asked else frozenset()
    quotas = quotas_of(limits, member, rows, programmes, window, besides=besides)
    policy = Policy.current()
    who = _member_facts(member, rows, programmes, policy, now)
    trainings = _trainings(rows, who.certified, now)
    requests = _requests(found, window, besides)
    return WishFacts(
        member=who,
        resources=tuple(
            ResourceFacts(
                slug=place.resource.slug,
                rules=place.rules,
                opening=place.opening,
                units=tuple(held[unit] for unit in place.units),
                wanted=wanted[pk],
                down=place.down,
                certification=place.resource.certification.slug if place.resource.certification else None,
                next_training=trainings.get(place.resource.certification_id or 0),
                programmes=open_to.get(pk),
                quotas=tuple(quotas.get(pk, ())),
                links=tuple(_link(link, units, held, down) for link in place.links),
                competing=tuple(requests.get(pk, ())),
            )
            for pk, place in found.items()
        ),
        zone=lab_zone(),
        now=now,
        points_limit=float(policy.points_limit) if policy.points_per_miss else None,
    )


def objections(
    *,
    member: Member,
    resources: Sequence[Resource],
    span: Span,
    now: datetime,
    besides: Booking | None = None,
) -> list[Objection]:
    """Everything against this wish; `besides` is the booking that it would replace."""
    facts = wish_facts(member=member, resources=resources, window=span, now=now, besides=besides)
    return [found for found in judge_wish(span, facts) if not _begun(found.code, span, now, besides)]


def _begun(code: Code, span: Span, now: datetime, besides: Booking | None) -> bool:
    """A booking that keeps its start is not judged anew by how near that is."""
    if besides is None or besides.starts_at != span.start:
        return False
    return code is Code.TOO_SOON or (code is Code.IN_PAST and span.end > now)


def _held(
    found: Mapping[int, Place],
    linked: Mapping[int, tuple[int, ...]],
    wanted: Counter[int],
    window: Span,
    now: datetime,
    besides: Booking | None,
) -> dict[int, UnitFacts]:
    """Every unit with what holds it; further around the window where units may have to be re-arranged."""
    setup = max((place.rules.setup_minutes for place in found.values()), default=0)
    cleanup = max((place.rules.cleanup_minutes for place in found.values()), default=0)
    blocked = window.grown(before=timedelta(minutes=setup), after=timedelta(minutes=cleanup))
    without = besides.pk if besides else None
    everything = {unit for place in found.values() for unit in place.units}
    everything |= {unit for units in linked.values() for unit in units}
    held = unit_facts(everything, blocked, besides=without)
    asked = {place.units: wanted[pk] for pk, place in found.items()}
    asked |= {linked[link.pk]: link.wanted for place in found.values() for link in place.links}
    for units, number in asked.items():
        if len(units) > 1 and sum(held[unit].is_free(blocked) for unit in units) < number:
            held |= {unit.pk: unit for unit in widened(units, blocked, blocked, besides=without)}
    return held


def _link(
    link: Linked,
    units: Mapping[int, tuple[int, ...]],
    held: Mapping[int, UnitFacts],
    down: Mapping[int, list[Span]],
) -> LinkFacts:
    return LinkFacts(
        slug=link.slug,
        why=WHY[link.why],
        wanted=link.wanted,
        units=tuple(held[unit] for unit in units[link.pk]),
        down=tuple(down.get(link.pk, ())),
    )


def _member_facts(
    member: Member, rows: Iterable[Resource], programmes: frozenset[str], policy: Policy, now: datetime
) -> MemberFacts:
    asked = any(row.certification_id for row in rows)
    awards = member.awards.values_list("certification__slug", "expires_at") if asked else ()
    return MemberFacts(
        suspended=member.suspended,
        member_until=last_moment(member.member_until),
        certified=dict(awards),
        programmes=programmes,
        is_manager=member.is_manager,
        points=points_of(member, policy, now=now) if policy.points_per_miss else 0.0,
    )


def points_of(member: Member, policy: Policy, *, now: datetime) -> float:
    """What the member's missed bookings weigh now."""
    misses = NoShow.objects.filter(member=member, waived=False, points__gt=0).values_list("at", "points")
    return house.points(misses, halve_days=policy.points_halve_days, now=now)


def _trainings(rows: Iterable[Resource], held: Mapping[str, object], now: datetime) -> dict[int, datetime]:
    """The next training for each certification that the member lacks, by its key."""
    lacking = {
        row.certification_id for row in rows if row.certification and row.certification.slug not in held
    }
    if not lacking:
        return {}
    coming = Training.objects.filter(certification__in=lacking, starts_at__gt=now).order_by("-starts_at")
    return dict(coming.values_list("certification_id", "starts_at"))


def _programmes(rows: Iterable[Resource]) -> dict[int, dict[str, Span | None]]:
    """The programmes that may book each resource; one that isn't there is for everybody."""
    found: dict[int, dict[str, Span | None]] = defaultdict(dict)
    open_to = Resource.programmes.through.objects.filter(resource__in=rows)
    for pk, slug, starts_on, ends_on in open_to.values_list(
        "resource_id", "programme__slug", "programme__starts_on", "programme__ends_on"
    ):
        found[pk][slug] = programme_days(starts_on, ends_on, lab_zone())
    return found


def _requests(found: Mapping[int, Place], window: Span, besides: Booking | None) -> dict[int, list[Span]]:
    """Requests that ask for the same time, where a manager will have to choose."""
    asked = [pk for pk, place in found.items() if place.rules.approval]
    if not asked:
        return {}
    rows = Claim.objects.filter(
        unit__resource__in=asked,
        booking__state=Booking.State.REQUESTED,
        superseded=False,
        booking__ends_at__gt=window.start,
        booking__starts_at__lt=window.end,
    ).exclude(booking=besides)
    spans: dict[int, list[Span]] = defaultdict(list)
    for pk, starts_at, ends_at in rows.values_list(
        "unit__resource_id", "booking__starts_at", "booking__ends_at"
    ):
        spans[pk].append(Span(starts_at, ends_at))
    return spans

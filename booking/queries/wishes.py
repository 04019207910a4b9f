"""The facts that a wish is judged by, read in a fixed number of queries whatever is wished."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from booking.held import unit_facts, widened
from booking.house import Linked, Place, house
from booking.models import Booking, Claim, NoShow, Policy
from booking.queries.quotas import quotas_about, quotas_of
from booking.rules.house import points
from booking.rules.units import UnitFacts, may_rearrange
from booking.rules.wishes import (
    Code,
    LinkFacts,
    MemberFacts,
    Objection,
    ResourceFacts,
    WishFacts,
    judge_wish,
)
from lab.compiled import Compiled, key
from lab.lab_time import lab_zone, last_moment
from lab.models import Award, Member, Resource, Training
from lab.spans import Span

AWARDS = Compiled(
    lambda: Award.objects.filter(member=key("member")).values_list("certification__slug", "expires_at")
)
WHY = {"interference": Code.INTERFERENCE, "kit": Code.NEEDS_KIT}


def wish_facts(
    *,
    member: Member,
    resources: Sequence[Resource],
    window: Span,
    now: datetime,
    besides: Booking | Iterable[Booking] | None = None,
    spans: Sequence[Span] = (),
    counted: bool = True,
) -> WishFacts:
    """What a wish of this member for these resources, anywhere in the window, is judged by.

    A resource named twice asks for two units; `besides` is what the wish would replace. With `spans` only
    what holds units near those is read: the facts are about wishes for them. Without `counted` nothing counts
    towards quotas yet (`recounted`).
    """
    without = _pks(besides)
    wanted = Counter(resource.pk for resource in resources)
    known, margin = house(), timedelta(days=1)
    found = {pk: known.places[pk] for pk in wanted}
    linked = {link.pk for place in found.values() for link in place.links}
    units = {pk: known.places[pk].units for pk in linked}
    held = _held(found, units, wanted, spans or [window], without)
    down = known.down([*found, *linked], window.grown(before=margin, after=margin))
    limits = quotas_about(known, found.values())
    asked = any(place.programmes is not None for place in found.values())
    asked = asked or any(limit.programme_id for limit in limits)
    programmes = frozenset(member.programmes.values_list("slug", flat=True)) if asked else frozenset()
    quotas = quotas_of(limits, member, found.values(), programmes, window, besides=without, counted=counted)
    policy = known.policy
    skills = any(place.certification for place in found.values())
    who = _member_facts(member, skills, programmes, policy, now)
    trainings = _trainings(found.values(), who.certified, now)
    requests = _requests(found, window, without)
    return WishFacts(
        member=who,
        resources=tuple(
            ResourceFacts(
                slug=place.slug,
                rules=place.rules,
                opening=place.opening,
                units=tuple(held[unit] for unit in place.units),
                wanted=wanted[pk],
                down=tuple(down.get(pk, ())),
                certification=place.certification,
                next_training=trainings.get(place.certification_pk or 0),
                programmes=place.programmes,
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


def recounted(facts: WishFacts, *, member: Member, resources: Sequence[Resource], window: Span) -> WishFacts:
    """The same facts with what counts towards quotas read now."""
    known = house()
    places = {row.slug: known.places[row.pk] for row in resources}
    limits = quotas_about(known, places.values())
    quotas = quotas_of(limits, member, places.values(), facts.member.programmes, window)
    again = (replace(each, quotas=tuple(quotas.get(places[each.slug].pk, ()))) for each in facts.resources)
    return replace(facts, resources=tuple(again))


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
    return against(span, facts, besides=besides)


def against(span: Span, facts: WishFacts, *, besides: Booking | None = None) -> list[Objection]:
    """Everything against one of the wishes that the facts reach for."""
    return [found for found in judge_wish(span, facts) if not _begun(found.code, span, facts.now, besides)]


def _begun(code: Code, span: Span, now: datetime, besides: Booking | None) -> bool:
    """A booking that keeps its start is not judged anew by how near that is."""
    if besides is None or besides.starts_at != span.start:
        return False
    return code is Code.TOO_SOON or (code is Code.IN_PAST and span.end > now)


def _held(
    found: Mapping[int, Place],
    linked: Mapping[int, tuple[int, ...]],
    wanted: Counter[int],
    spans: Iterable[Span],
    besides: Collection[int],
) -> dict[int, UnitFacts]:
    """Every unit with what holds it; further around the spans where units may have to be re-arranged."""
    setup = max((place.rules.setup_minutes for place in found.values()), default=0)
    cleanup = max((place.rules.cleanup_minutes for place in found.values()), default=0)
    before, after = timedelta(minutes=setup), timedelta(minutes=cleanup)
    blocked = [span.grown(before=before, after=after) for span in spans]
    everything = {unit for place in found.values() for unit in place.units}
    everything |= {unit for units in linked.values() for unit in units}
    held = unit_facts(everything, *blocked, besides=besides)
    asked = {place.units: wanted[pk] for pk, place in found.items()}
    asked |= {linked[link.pk]: link.wanted for place in found.values() for link in place.links}
    for units, number in asked.items():
        for each in blocked if len(units) > 1 else ():
            if may_rearrange([held[unit].near(each) for unit in units], each, number):
                wider = widened(units, each, each, besides=besides)
                held |= {unit.pk: held[unit.pk].with_held(*unit.held) for unit in wider}
    return held


def _pks(besides: Booking | Iterable[Booking] | None) -> frozenset[int]:
    rows = [besides] if isinstance(besides, Booking) else besides or ()
    return frozenset(row.pk for row in rows)


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
    member: Member, skills: bool, programmes: frozenset[str], policy: Policy, now: datetime
) -> MemberFacts:
    awards = AWARDS.rows(member=member.pk) if skills else ()
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
    return points(misses, halve_days=policy.points_halve_days, now=now)


def _trainings(found: Iterable[Place], held: Mapping[str, object], now: datetime) -> dict[int, datetime]:
    """The next training for each certification that the member lacks, by its key."""
    lacking = {place.certification_pk for place in found if place.certification not in held} - {None}
    if not lacking:
        return {}
    coming = Training.objects.filter(certification__in=lacking, starts_at__gt=now).order_by("-starts_at")
    return dict(coming.values_list("certification_id", "starts_at"))


def _requests(found: Mapping[int, Place], window: Span, besides: Collection[int]) -> dict[int, list[Span]]:
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
    ).exclude(booking__in=besides)
    spans: dict[int, list[Span]] = defaultdict(list)
    for pk, starts_at, ends_at in rows.values_list(
        "unit__resource_id", "booking__starts_at", "booking__ends_at"
    ):
        spans[pk].append(Span(starts_at, ends_at))
    return spans

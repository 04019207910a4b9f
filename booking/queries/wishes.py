"""The facts that a wish is judged by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking.models import Booking, Claim
from booking.rules.wishes import Code, HouseRules, MemberFacts, Objection, ResourceFacts, judge_wish
from lab.lab_time import lab_zone, last_moment
from lab.models import Member, Outage, Resource, Unit
from lab.spans import Span

AROUND = timedelta(days=2)  # a day of the lab may have 25 hours


def objections(
    *,
    member: Member,
    resources: Sequence[Resource],
    span: Span,
    now: datetime,
    besides: Booking | None = None,
) -> list[Objection]:
    """Everything against this wish; `besides` is the booking that it would replace."""
    facts = [
        _resource_facts(resource, wanted, member, span, besides)
        for resource, wanted in Counter(resources).items()
    ]
    found = judge_wish(span, _member_facts(member, resources), facts, zone=lab_zone(), now=now)
    if besides is not None and besides.starts_at == span.start:
        begun = {Code.TOO_SOON, Code.IN_PAST} if span.end > now else {Code.TOO_SOON}
        found = [objection for objection in found if objection.code not in begun]
    return found


def house_rules(resource: Resource) -> HouseRules:
    return HouseRules(
        min_minutes=resource.min_minutes,
        max_minutes=resource.max_minutes,
        notice_minutes=resource.notice_minutes,
        horizon_days=resource.horizon_days,
        setup_minutes=resource.setup_minutes,
        cleanup_minutes=resource.cleanup_minutes,
        daily_quota_minutes=resource.daily_quota_minutes,
    )


def free_units(resource: Resource, blocked: Span, besides: Booking | None = None) -> QuerySet[Unit]:
    """Units that nobody holds during the blocked span, lowest number first."""
    return resource.units.exclude(pk__in=_rivals(blocked, besides).values("unit")).order_by("number")


def outages(resources: Iterable[Resource], window: Span) -> dict[int, list[Span]]:
    """Outages that touch the window, by resource; an open one lasts to the window's end or longer."""
    found: dict[int, list[Span]] = {}
    for row in Outage.objects.touching(window).filter(resource__in=resources):
        end = row.ends_at or max(window.end, row.starts_at + AROUND)
        found.setdefault(row.resource_id, []).append(Span(row.starts_at, end))
    return found


def _rivals(blocked: Span, besides: Booking | None) -> QuerySet[Claim]:
    rivals = Claim.objects.filter(
        standing=True, blocked_from__lt=blocked.end, blocked_until__gt=blocked.start
    )
    return rivals.exclude(booking=besides) if besides else rivals


def _member_facts(member: Member, resources: Sequence[Resource]) -> MemberFacts:
    asked = any(resource.certification_id for resource in resources)
    awards = member.awards.select_related("certification") if asked else ()
    return MemberFacts(
        suspended=member.suspended,
        member_until=last_moment(member.member_until),
        certified={award.certification.slug: award.expires_at for award in awards},
    )


def _resource_facts(
    resource: Resource, wanted: int, member: Member, span: Span, besides: Booking | None
) -> ResourceFacts:
    rules = house_rules(resource)
    return ResourceFacts(
        slug=resource.slug,
        rules=rules,
        opening=resource.zone.opening(always=resource.always_open),
        outages=tuple(outages([resource], span).get(resource.pk, ())),
        units_free=free_units(resource, rules.blocked(span), besides).count(),
        units_wanted=wanted,
        certification=resource.certification.slug if resource.certification else None,
        own_booked=_own_booked(resource, member, span, besides) if rules.daily_quota_minutes else (),
    )


def _own_booked(resource: Resource, member: Member, span: Span, besides: Booking | None) -> tuple[Span, ...]:
    """What the member holds of this resource around the span's days; what was given back does not count."""
    rows = Booking.objects.filter(
        member=member,
        claims__unit__resource=resource,
        claims__standing=True,
        ends_at__gt=span.start - AROUND,
        starts_at__lt=span.end + AROUND,
    ).order_by("starts_at")
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    once = rows.distinct().values_list("pk", "starts_at", "ends_at")
    return tuple(Span(starts_at, ends_at) for _pk, starts_at, ends_at in once)

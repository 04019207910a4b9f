"""What readers decided by themselves while the server was away, written down once it is back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from booking import live
from booking.actions.hooked import tell_booking
from booking.carried import marks_of
from booking.models import AccessEvent, Booking, Presence, UsageSession
from booking.queries.machines import EARLY
from booking.rules.cards import Card
from booking.rules.taps import Reason
from devices.models import Device
from lab.models import Badge, Door, Member, Resource

ALONE = "/alone"  # ends the nonce of a second line: the reader did otherwise than it was told, too late


@dataclass(frozen=True, slots=True)
class OfflineEvent:
    """One passage that a reader decided from its allow-list; `at` is its own time, corrected.

    `sure` is false when its clock was lost: then the passage was at `at` or later. `lease` is for how long it
    switched a machine on.
    """

    card: Card
    nonce: str
    at: datetime
    granted: bool
    reason: str
    lease: timedelta | None = None
    sure: bool = True


def note(*, device: str, events: Iterable[OfflineEvent], now: datetime) -> int:
    """Add the events that are not known yet to the audit, in the order of their times; how many were new.

    A reader that is not sure of having been heard sends them again: `(device, nonce)` keeps one of each.
    Presences and sessions follow, as far as nothing newer is known of the same person or machine.
    """
    told = sorted(events, key=lambda event: event.at)
    try:
        return _note(device, told, now)
    except IntegrityError:  # a tap of the same person or machine was decided in this very moment
        return _note(device, told, now)


@transaction.atomic
def _note(device: str, told: list[OfflineEvent], now: datetime) -> int:
    rows = Device.objects.select_related("door__zone", "resource__zone")
    source, _ = rows.get_or_create(name=device, defaults={"profile": "native"})
    badges = _badges(told)
    fresh = list(_fresh(source, told))
    lines = []
    for event in fresh:
        badge = badges.get(event.card)
        reason = _follow(source, event, badge) if event.granted and event.sure and badge else None
        lines.append(_line(source, event, badge, reason or _said(event)))
    AccessEvent.objects.bulk_create(lines)
    if source.door is not None:
        live.publish_zones([source.door.zone], now=now)
    elif source.resource is not None:
        live.publish_resources([source.resource], now=now)
    return len(fresh)


def _badges(told: Iterable[OfflineEvent]) -> dict[Card, Badge]:
    cards = {event.card for event in told}
    rows = Badge.objects.filter(fingerprint__in={mark for card in cards for mark in marks_of(card)})
    found = {badge.fingerprint: badge for badge in rows.select_related("member")}
    known = {card: [found[mark] for mark in marks_of(card) if mark in found] for card in cards}
    return {card: badges[0] for card, badges in known.items() if badges}


def _fresh(source: Device, told: list[OfflineEvent]) -> Iterator[OfflineEvent]:
    """Events without a line yet. What the server decided otherwise gets a line of its own: both are true."""
    nonces = {event.nonce for event in told} | {event.nonce + ALONE for event in told}
    rows = AccessEvent.objects.filter(device=source, nonce__in=nonces)
    known = {
        nonce: (granted, alone) for nonce, granted, alone in rows.values_list("nonce", "granted", "offline")
    }
    for event in told:
        granted, alone = known.get(event.nonce, (None, False))
        if granted is not None and not alone and granted != event.granted:
            event = replace(event, nonce=event.nonce + ALONE)
        if event.nonce not in known:
            known[event.nonce] = (event.granted, True)
            yield event


def _said(event: OfflineEvent) -> str:
    return event.reason if event.reason in set(Reason) else Reason.INTERNAL_ERROR


def _line(source: Device, event: OfflineEvent, badge: Badge | None, reason: str) -> AccessEvent:
    door, resource = source.door, source.resource
    return AccessEvent(
        device=source,
        nonce=event.nonce,
        badge=badge,
        member=badge.member if badge else None,
        door=door,
        resource=resource,
        zone=door.zone if door else resource.zone if resource else source.zone,
        reason=reason,
        granted=event.granted,
        offline=True,
        tapped_at=event.at,
        decided_at=event.at,
    )


def _follow(source: Device, event: OfflineEvent, badge: Badge) -> Reason | None:
    """What the passage changed; the reason that the reader could not know, or None."""
    if source.door is not None and badge.member is not None:
        return _pass(badge.member, source.door, event.at)
    if source.resource is not None and event.reason == Reason.GOODBYE:
        _end(source.resource, event.at)
    elif source.resource is not None:
        _use(source, source.resource, badge, event)
    return None


def _pass(member: Member, door: Door, at: datetime) -> Reason | None:
    """A reader for both ways that is alone can't tell coming from going; who was in then goes."""
    known = Presence.objects.filter(member=member, zone=door.zone)
    inside = known.filter(until=None).first()
    if inside is not None and inside.since <= at and door.way != Door.Way.IN:
        known.filter(pk=inside.pk).update(until=at)
        return Reason.GOODBYE
    if inside is None and door.way != Door.Way.OUT and not known.filter(until__gt=at).exists():
        Presence.objects.create(member=member, zone=door.zone, since=at)
        return Reason.WELCOME
    return None  # something newer is known of them


def _end(resource: Resource, at: datetime) -> None:
    UsageSession.objects.filter(resource=resource, ended_at=None, started_at__lte=at).update(ended_at=at)


def _use(source: Device, resource: Resource, badge: Badge, event: OfflineEvent) -> None:
    """The session that this tap began; where one is known that began since, it ended before that."""
    sessions = UsageSession.objects.filter(resource=resource)
    _end(resource, event.at)  # the machine was off, or the reader would not have started it
    until = event.at + event.lease if event.lease else None
    later = sessions.filter(started_at__gt=event.at).order_by("started_at").first()
    if later is not None and later.ended_at is None and later.badge_id is None and later.member_id is None:
        # Its power began to tell of this very use before the reader could.
        sessions.filter(pk=later.pk).update(
            member=badge.member, badge=badge, device=source, started_at=event.at, lease_until=until
        )
        return
    ends = [moment for moment in (until, later.started_at if later else None) if moment]
    UsageSession.objects.create(
        resource=resource,
        member=badge.member,
        booking=_booking(resource, badge.member, event.at),
        badge=badge,
        device=source,
        started_at=event.at,
        lease_until=until,
        ended_at=min(ends) if later else None,
    )


def _booking(resource: Resource, member: Member | None, at: datetime) -> Booking | None:
    """The member's booking of then, begun by this."""
    booking = Booking.objects.filter(
        member=member,
        state__in=Booking.PROMISED,
        claims__unit__resource=resource,
        claims__standing=True,
        starts_at__lte=at + EARLY,
        ends_at__gt=at,
    ).first()
    if booking is not None:
        booked = Booking.objects.filter(pk=booking.pk, state=Booking.State.BOOKED)
        if booked.update(state=Booking.State.CHECKED_IN):
            tell_booking("booking.started", booking, now=at, state=Booking.State.CHECKED_IN)
    return booking

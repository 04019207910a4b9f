"""A badge meets a reader: facts, verdict, audit line, presence and session, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from booking import live
from booking.actions.arrive_in import arrive_in
from booking.actions.enrol import offer
from booking.actions.hooked import tell_booking
from booking.carried import prove, recognised
from booking.models import AccessEvent, Booking, Presence, UsageSession
from booking.phrases import assisted_text, new_card_text, refused_text, untaught_text
from booking.queries.assists import UNTAUGHT, instructors
from booking.queries.taps import Tapped, tapped
from booking.rules.cards import Card
from booking.rules.taps import Reason, Verdict, judge_tap
from devices.models import Device
from lab.compiled import Compiled, text
from lab.models import Member, Resource, Zone


@dataclass(frozen=True, slots=True)
class Decision:
    """What the reader is told, once: unlock for `seconds`, the relay for `lease` seconds, or no."""

    do: Literal["unlock", "relay", "refuse"]
    reason: Reason
    text: str
    seconds: int | None = None
    on: bool | None = None
    lease: int | None = None
    resource: Resource | None = field(default=None, repr=False)
    zone: Zone | None = field(default=None, repr=False)


SPEAKING = Compiled(
    lambda: Device.objects.filter(name=text("name")).select_related("door__zone", "serial_port")
)


class Overtaken(Exception):
    """The booking was given back while the tap was decided."""


def check_in(
    *,
    device: str,
    card: Card,
    nonce: str,
    tapped_at: datetime,
    now: datetime,
    retained: bool = False,
) -> Decision | None:
    """Decide a tap and write it down; None when this `(device, nonce)` was decided before.

    The row of the access event is written before this returns, so no bolt moves without its audit line.
    """
    try:
        return _check_in(device, card, nonce, tapped_at, now, retained)
    except (IntegrityError, Overtaken):
        if AccessEvent.objects.filter(device__name=device, nonce=nonce).exists():
            return None
        # Another process wrote another tap of the same person or machine in this very moment, or gave the
        # booking back; what it wrote can be seen now.
        return _check_in(device, card, nonce, tapped_at, now, retained)


def show(decisions: Iterable[Decision], *, now: datetime) -> None:
    """Let the screens see what the decisions changed; after the readers have their answers."""
    told = list(decisions)
    if zones := {each.zone for each in told if each.zone is not None}:
        live.publish_zones(zones, now=now)
    if resources := {each.resource for each in told if each.resource is not None}:
        live.publish_resources(resources, now=now)


@transaction.atomic
def _check_in(
    device: str, card: Card, nonce: str, tapped_at: datetime, now: datetime, retained: bool
) -> Decision:
    source = SPEAKING.first(name=device) or Device.objects.create(name=device, profile="native")
    badge = recognised(card)
    about = tapped(
        device=source,
        badge=badge,
        proof=prove(card, badge, device=source),
        tapped_at=tapped_at,
        retained=retained,
        now=now,
    )
    verdict = judge_tap(about.facts)
    _write(source, nonce, about, verdict, tapped_at, now)
    strange = verdict.reason is Reason.UNKNOWN_BADGE and badge is None and not card.forged
    return _decision(about, verdict, now, code=offer(device=source, card=card, now=now) if strange else None)


def _write(
    source: Device, nonce: str, about: Tapped, verdict: Verdict, tapped_at: datetime, now: datetime
) -> None:
    AccessEvent.objects.create(
        device=source,
        nonce=nonce,
        badge=about.badge,
        member=about.member,
        door=about.door,
        resource=about.resource,
        zone=about.zone,
        reason=verdict.reason,
        granted=verdict.granted,
        tapped_at=tapped_at,
        decided_at=now,
    )
    if not verdict.granted:
        return
    comes = verdict.reason is Reason.WELCOME
    if about.resource is None and about.zone is not None and about.member is not None:
        inside = about.facts.door is not None and about.facts.door.inside
        _pass(about.member, about.zone, comes, inside, now)
        if about.door is None and comes:
            arrive_in(member=about.member, zone=about.zone, now=now)
    elif about.resource is not None and comes:
        _use(source, about.resource, about, now)
    elif about.session is not None:
        UsageSession.objects.filter(pk=about.session.pk).update(ended_at=now)


def _pass(member: Member, zone: Zone, comes: bool, inside: bool, now: datetime) -> None:
    if comes and inside:  # the reader of an entrance; how they left nobody was told
        return
    if comes:
        Presence.objects.create(member=member, zone=zone, since=now)
    else:
        Presence.objects.filter(member=member, zone=zone, until=None).update(until=now)


def _use(source: Device, resource: Resource, about: Tapped, now: datetime) -> None:
    booking = about.booking
    if booking is not None and booking.state == Booking.State.BOOKED:
        still = Booking.objects.filter(pk=booking.pk, state=Booking.State.BOOKED)
        if not still.update(state=Booking.State.CHECKED_IN):
            raise Overtaken
        tell_booking("booking.started", booking, now=now, state=Booking.State.CHECKED_IN)
    until = about.facts.machine.until if about.facts.machine else None
    whose = {
        "member": about.asked.trainee if about.asked else about.member,
        "booking": booking,
        "assisted_by": about.member if about.asked else None,
        "badge": about.asked.badge if about.asked else about.badge,
        "device": source,
        "lease_until": until,
        "told_until": until,
    }
    if about.session is None:
        UsageSession.objects.create(resource=resource, started_at=now, **whose)
        return
    begun = UsageSession.objects.filter(pk=about.session.pk, ended_at=None, badge=None)  # before the tap
    if not begun.update(**whose):
        raise Overtaken


def _text(about: Tapped, verdict: Verdict, now: datetime) -> str:
    """What the reader shows, in the language of whoever stands before it."""
    user = about.asked.trainee if about.asked else about.member
    with translation.override(user.language if user else settings.LANGUAGE_CODE):
        if about.asked and about.member and user and verdict.granted:
            return assisted_text(user.display_name, about.member.display_name)
        if about.resource is not None and verdict.reason in UNTAUGHT:
            taught = instructors(about.resource.certification_id or 0, now).exists()
            return untaught_text(verdict.reason, taught=taught)
        machine = about.facts.machine
        return refused_text(verdict.reason, own=machine is not None and machine.own_session)


def _code_text(code: str) -> str:
    """What to do with a card that nobody has; whoever holds it may be anybody."""
    with translation.override(settings.LANGUAGE_CODE):
        return new_card_text(code)


def _decision(about: Tapped, verdict: Verdict, now: datetime, *, code: str | None) -> Decision:
    text = _text(about, verdict, now) if code is None else _code_text(code)
    if not verdict.granted:
        return Decision("refuse", verdict.reason, text, resource=about.resource, zone=about.zone)
    if about.door is not None:
        seconds = about.door.unlock_seconds
        return Decision("unlock", verdict.reason, text, seconds=seconds, zone=about.zone)
    if about.resource is None:  # a reader that only counts: nothing moves, whatever is wired to it
        return Decision("relay", verdict.reason, text, on=False, lease=0, zone=about.zone)
    starts = verdict.reason is Reason.WELCOME
    until = about.facts.machine.until if about.facts.machine else None
    lease = max(int((until - now).total_seconds()), 1) if starts and until else 0
    return Decision("relay", verdict.reason, text, on=starts, lease=lease, resource=about.resource)

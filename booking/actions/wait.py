"""Waiting for a time: join, withdraw, and what becomes of an offer.

An offer is a held booking; the database gives its time to nobody else. Each looks at the wait once more under
a lock, so that of two who change it one comes too late.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from booking import live
from booking.actions.book import book
from booking.actions.change import give_back, hold, note, resources_of, too_late
from booking.actions.decide import take_offer
from booking.actions.tell import tell, told
from booking.models import Booking, Change, Notice, Policy, Wait
from booking.queries.waits import declined
from booking.queries.wishes import wish_facts
from booking.refusals import Refused
from booking.rules.waiting import fits, undisturbed, wanted
from booking.rules.wishes import Code, Objection, WishFacts, blocking, judge_wish
from lab.lab_time import iso
from lab.models import Member, Resource
from lab.spans import Span

log = logging.getLogger(__name__)
State, What, Kind = Booking.State, Change.What, Notice.Kind
OPEN = (Wait.State.WAITING, Wait.State.OFFERED)
MOST_WAITS = 10
LONGEST_WINDOW = timedelta(days=62)


def join(
    *,
    member: Member,
    window: Span,
    minutes: int,
    now: datetime,
    resource: Resource | None = None,
    kind: str = "",
    purpose: str = "",
) -> Wait:
    """Wait for so many minutes of a resource, or of any of a kind, within the window.

    Who waits for the same already keeps that place.

    Raises:
        Refused: with what speaks against it even if everything were free.
    """
    length = timedelta(minutes=minutes)
    _makes_sense(window, minutes)
    _may_hope(member, _rows(resource, kind), window, length, now)
    same = Wait.objects.filter(
        member=member,
        resource=resource,
        kind=kind,
        starts_at=window.start,
        ends_at=window.end,
        minutes=minutes,
        state__in=OPEN,
    )
    with transaction.atomic():
        # One by one, so that nobody waits for more than they may.
        list(Member.objects.filter(pk=member.pk).select_for_update(no_key=True).values_list("pk"))
        if kept := same.first():
            return kept
        if Wait.objects.filter(member=member, state__in=OPEN).count() >= MOST_WAITS:
            raise Refused([Objection(Code.TOO_MANY_WAITS, {"most": MOST_WAITS})])
        return Wait.objects.create(
            member=member,
            resource=resource,
            kind=kind,
            starts_at=window.start,
            ends_at=window.end,
            minutes=minutes,
            purpose=purpose,
            created_at=now,
        )


def withdraw(*, wait: Wait, by: Member, now: datetime) -> Wait:
    """Wait no longer, and give back what is on offer.

    Raises:
        Refused: when it is over.
    """
    with transaction.atomic():
        _hold(wait)
        if wait.state not in OPEN:
            raise too_late(why="wait_over")
        if wait.offer is not None:
            _take_back(wait.offer, by=by, now=now)
        return _becomes(wait, Wait.State.WITHDRAWN)


def offer(*, wait: Wait, resource: Resource, span: Span, now: datetime) -> Booking | None:
    """Hold this time for whoever waits and tell them; None when somebody was quicker, here or there."""
    try:
        return _offer(wait, resource, span, now)
    except Refused:
        return None
    except IntegrityError as error:  # they were offered something else in this very moment
        log.info("no offer for wait %s: %s", wait.pk, error)
        return None


def accept(*, wait: Wait, now: datetime) -> Booking:
    """Take what is offered; taking it twice is taking it once.

    Raises:
        Refused: when it is offered no longer, or may not be booked any more.
    """
    with transaction.atomic():
        _hold(wait)
        if wait.offer is None or wait.state not in (Wait.State.OFFERED, Wait.State.TAKEN):
            raise too_late(why=_no_offer(wait))
        if wait.state == Wait.State.OFFERED:
            take_offer(booking=wait.offer, now=now)
            _becomes(wait, Wait.State.TAKEN)
        return wait.offer


def decline(*, wait: Wait, by: Member, now: datetime) -> Wait:
    """Not this time: it goes to the next one, and the wait goes on for what is left of its window.

    Raises:
        Refused: when nothing is offered.
    """
    with transaction.atomic():
        _hold(wait)
        if wait.state != Wait.State.OFFERED or wait.offer is None:
            raise too_late(why=_no_offer(wait))
        _take_back(wait.offer, by=by, now=now)
        span = wait.offer.span
        wait.declined = [*wait.declined, [iso(span.start), iso(span.end)]]
        wait.offer = None
        left = wanted(wait.window, declined(wait), length=timedelta(minutes=wait.minutes), after=now)
        return _becomes(wait, Wait.State.WAITING if left else Wait.State.WITHDRAWN)


def lapse(*, booking: Booking, now: datetime) -> bool:
    """Give back a held time that nobody took until its deadline; who waited for it waits no longer."""
    with transaction.atomic():
        hold(booking)
        if booking.state != State.HELD or booking.held_until is None or booking.held_until > now:
            return False
        _take_back(booking, by=None, now=now)
        wait = Wait.objects.select_for_update(of=("self",)).filter(offer=booking).first()
        data = told(booking)
        if wait is not None and wait.state == Wait.State.OFFERED:
            _becomes(wait, Wait.State.EXPIRED)
            data |= {"wait": wait.pk}
        tell(booking.member, Kind.OFFER_OVER, key=f"{booking.pk}", now=now, booking=booking, data=data)
        return True


def take_back_hit(*, booking: Booking, now: datetime, **why: Any) -> bool:
    """Take back an offer that can't be kept, as something is down or shut then; the wait goes on."""
    with transaction.atomic():
        hold(booking)
        if booking.state != State.HELD:
            return False
        _take_back(booking, by=None, now=now)
        wait = Wait.objects.select_for_update(of=("self",)).filter(offer=booking).first()
        if wait is not None and wait.state == Wait.State.OFFERED:
            wait.offer = None
            _becomes(wait, Wait.State.WAITING)
        data = told(booking) | why
        tell(booking.member, Kind.OFFER_OVER, key=f"{booking.pk}", now=now, booking=booking, data=data)
        return True


def give_up(*, wait: Wait, now: datetime) -> bool:
    """End a wait whose window is over without an offer."""
    with transaction.atomic():
        _hold(wait)
        if wait.state != Wait.State.WAITING:
            return False
        _becomes(wait, Wait.State.EXPIRED)
        slugs = [wait.resource.slug] if wait.resource else []
        data = {"wait": wait.pk, "resources": slugs, "kind": wait.kind}
        tell(wait.member, Kind.OFFER_OVER, key=f"wait:{wait.pk}", now=now, data=data, mail=False)
        return True


def settle(*, wait: Wait) -> bool:
    """Follow an offer that was decided elsewhere: taken or cancelled as the booking that it is."""
    with transaction.atomic():
        _hold(wait)
        if wait.state != Wait.State.OFFERED or wait.offer is None or wait.offer.state == State.HELD:
            return False
        lost = wait.offer.state in (State.CANCELLED, State.DECLINED)
        _becomes(wait, Wait.State.WITHDRAWN if lost else Wait.State.TAKEN)
        return True


@transaction.atomic
def _offer(wait: Wait, resource: Resource, span: Span, now: datetime) -> Booking | None:
    _hold(wait)
    if wait.state != Wait.State.WAITING or wait.member.waits.filter(state=Wait.State.OFFERED).exists():
        return None
    until = min(now + timedelta(minutes=Policy.current().offer_minutes), span.start)
    booking = book(
        member=wait.member,
        by=wait.member,
        resources=[resource],
        span=span,
        now=now,
        purpose=wait.purpose,
        hold_until=until,
    )
    wait.offer = booking
    _becomes(wait, Wait.State.OFFERED)
    data = told(booking, [resource]) | {"wait": wait.pk, "until": iso(until)}
    tell(wait.member, Kind.OFFER, key=f"{wait.pk}:{booking.pk}", now=now, booking=booking, data=data)
    return booking


def _makes_sense(window: Span, minutes: int) -> None:
    """
    Raises:
        Refused: `bad_span` when so much time can't lie in the window, or nobody may wait over all of it.
    """
    if minutes <= 0:
        raise _bad_span(why="no_length")
    if window.length > LONGEST_WINDOW:
        raise _bad_span(why="window_too_long", days=LONGEST_WINDOW.days)
    if timedelta(minutes=minutes) > window.length:
        raise _bad_span(why="longer_than_window", length=minutes, window=int(window.minutes))


def _bad_span(**data: Any) -> Refused:
    return Refused([Objection(Code.BAD_SPAN, data)])


def _may_hope(
    member: Member, rows: Sequence[Resource], window: Span, length: timedelta, now: datetime
) -> None:
    """Whether some time in the window could be booked if everything were free.

    Raises:
        Refused: with what speaks against the first of the resources.
    """
    parts = wanted(window, [], length=length, after=now)
    if not parts:
        raise Refused([Objection(Code.IN_PAST, {"now": now.isoformat()})])
    facts = undisturbed(wish_facts(member=member, resources=rows, window=window, now=now))
    each = [facts.only([row.slug]) for row in rows]
    if not any(next(fits(one, part, length), None) for one in each for part in parts):
        raise Refused(_against(each[0], parts[0], length))


def _against(facts: WishFacts, part: Span, length: timedelta) -> list[Objection]:
    found = blocking(judge_wish(Span(part.start, part.start + length), facts))
    return found or [Objection(Code.BAD_SPAN, {"why": "none_fits"})]


def _rows(resource: Resource | None, kind: str) -> list[Resource]:
    if resource is not None:
        return [resource]
    rows = list(Resource.objects.filter(kind=kind, listed=True).order_by("slug"))
    if not rows:
        raise Refused([Objection(Code.NOT_ELIGIBLE)])
    return rows


def _no_offer(wait: Wait) -> str:
    return "no_offer" if wait.state == Wait.State.WAITING else "offer_over"


def _hold(wait: Wait) -> None:
    wait.refresh_from_db(from_queryset=Wait.objects.select_for_update(of=("self",)))


def _take_back(booking: Booking, *, by: Member | None, now: datetime) -> None:
    """Let nobody hold this time any longer."""
    hold(booking)
    if booking.state == State.HELD:
        resources = resources_of(booking)
        give_back(booking, State.CANCELLED)
        note(booking, What.LAPSED, by=by, now=now)
        live.publish_resources_soon(resources)


def _becomes(wait: Wait, state: Wait.State) -> Wait:
    wait.state = state
    wait.save(update_fields=["state", "offer", "declined"])
    return wait

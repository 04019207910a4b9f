"""Nobody came: the time is given back, and whoever should have come may object, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from booking import live
from booking.actions.change import (
    State,
    What,
    as_it_stands,
    hold,
    note,
    place,
    resources_of,
    save_anew,
    too_late,
)
from booking.actions.tell import tell, tell_about, tell_managers, told
from booking.models import Booking, NoShow, Notice, Policy
from booking.queries.misses import would_have_ended
from booking.refusals import Refused
from lab.models import Member
from lab.spans import Span

Kind = Notice.Kind


def release(
    *, booking: Booking, now: datetime, grace: timedelta | None = None, heard: Span | None = None
) -> Booking:
    """Note that nobody came, and give back what is left of the time.

    `heard` is when readers and bridge listened without a break, of the `grace` that the house waits: kept for
    whoever decides about an objection.

    Raises:
        Refused: when somebody has come meanwhile, or it hasn't begun.
    """
    with transaction.atomic():
        hold(booking)
        if booking.state != State.BOOKED or now <= booking.starts_at or _excused(booking):
            raise too_late()
        resources = resources_of(booking)
        stood = as_it_stands(booking, resources)
        if now < booking.ends_at:
            booking.claims.filter(standing=True).update(blocked_until=now)
            booking.ends_at = now
        booking.state = State.MISSED
        save_anew(booking, "ends_at", "state")
        points = Policy.current().points_per_miss
        missed = NoShow.objects.create(
            booking=booking,
            member=booking.member,
            at=now,
            points=points,
            grace_minutes=None if grace is None else grace // timedelta(minutes=1),
            heard_from=heard.start if heard else None,
            heard_until=heard.end if heard else None,
        )
        note(booking, What.RELEASED, now=now, before=stood)
        told = {"no_show": missed.pk, "points": points, "before": stood}
        tell_about(booking, Kind.RELEASED, now=now, by=None, resources=resources, **told)
    live.publish_resources_soon(resources)
    return booking


def contest(*, missed: NoShow, text: str, now: datetime) -> NoShow:
    """Say why it was no miss; managers hear of it. Only the first word counts.

    Raises:
        Refused: when that was said or decided already, or it is too long ago.
    """
    with transaction.atomic():
        _hold(missed)
        if not missed.may_be_objected(now):
            raise too_late(why="no_objection")
        missed.objection, missed.objected_at = text, now
        missed.save(update_fields=["objection", "objected_at"])
        data = told(missed.booking) | {"no_show": missed.pk, "text": text, "member": missed.member_id}
        tell_managers(
            Kind.OBJECTION,
            key=f"{missed.pk}",
            now=now,
            booking=missed.booking,
            by=missed.member,
            data=data,
        )
    return missed


def forgive(*, missed: NoShow, by: Member, now: datetime, answer: str = "") -> bool:
    """Accept the objection: its points count no more, and the time is theirs again if it is still free.

    Raises:
        Refused: when it was decided already.
    """
    with transaction.atomic():
        _decide(missed, by, now, answer, waived=True)
        back = _restore(missed.booking, by, now, answer)
        _answer(missed, by, now, back)
    return back


def uphold(*, missed: NoShow, by: Member, now: datetime, answer: str = "") -> None:
    """Leave it at that.

    Raises:
        Refused: when it was decided already.
    """
    with transaction.atomic():
        _decide(missed, by, now, answer, waived=False)
        note(missed.booking, What.UPHELD, by=by, now=now, reason=answer)
        _answer(missed, by, now, False)


def _restore(booking: Booking, by: Member, now: datetime, reason: str) -> bool:
    """Whether the rest of the time is theirs again; if not, the booking is done all the same, not missed.

    What is theirs again is checked in: nobody waits for them a second time.
    """
    hold(booking)
    if booking.state != State.MISSED:
        return False
    resources = resources_of(booking)
    stood = as_it_stands(booking, resources)
    until = would_have_ended(booking)
    back = until > now and _placed_again(booking, until, now)
    if not back:
        booking.state = State.DONE
        booking.save(update_fields=["state"])
    note(booking, What.FORGIVEN, by=by, now=now, before=stood, reason=reason)
    live.publish_resources_soon(resources)
    return back


def _placed_again(booking: Booking, until: datetime, now: datetime) -> bool:
    try:
        with transaction.atomic():
            booking.state = State.CHECKED_IN
            place(booking, Span(booking.starts_at, until), resources_of(booking), now)
            save_anew(booking, "ends_at", "state")
            return True
    except Refused:
        booking.refresh_from_db()
        return False


def _answer(missed: NoShow, by: Member, now: datetime, back: bool) -> None:
    data = told(missed.booking) | {"no_show": missed.pk, "waived": missed.waived, "back": back}
    data |= {"reason": missed.answer}
    key = f"{missed.pk}:answer"
    tell(missed.member, Kind.OBJECTION, key=key, now=now, booking=missed.booking, by=by, data=data)
    asked = Notice.objects.filter(kind=Kind.OBJECTION, booking=missed.booking).exclude(member=missed.member)
    asked.filter(read_at=None).update(read_at=now)
    asked.filter(mailed_at=None).update(mail_after=None)


def _decide(missed: NoShow, by: Member, now: datetime, answer: str, *, waived: bool) -> None:
    _hold(missed)
    if missed.decided_at is not None:
        raise too_late(why="decided")
    missed.decided_at, missed.decided_by, missed.waived, missed.answer = now, by, waived, answer
    missed.save(update_fields=["decided_at", "decided_by", "waived", "answer"])


def _hold(missed: NoShow) -> None:
    missed.refresh_from_db(from_queryset=NoShow.objects.select_for_update(of=("self",)))


def _excused(booking: Booking) -> bool:
    return NoShow.objects.filter(booking=booking).exists()

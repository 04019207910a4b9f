"""Which notices are worth a mail, and which invitations go along: decided on what is true when it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.models import Booking, Notice
from booking.notices import IMPORTANT, is_own
from lab.models import Member

Kind, State, Invitation = Notice.Kind, Booking.State, Notice.Invitation

ANNOUNCED = frozenset({Kind.BOOKED, Kind.REQUESTED, Kind.APPROVED, Kind.MOVED, Kind.REMINDER})
NOT_IN_CALENDARS = frozenset(
    {Kind.REMINDER, Kind.OFFER, Kind.OFFER_OVER, Kind.TO_APPROVE, Kind.OBJECTION, Kind.STILL_BUSY}
)
GONE = frozenset({State.CANCELLED, State.DECLINED, State.MISSED})
URGENT = frozenset(
    {
        Kind.OFFER,
        Kind.REMINDER,
        Kind.CANCELLED,
        Kind.RELEASED,
        Kind.OUTAGE,
        Kind.DECLINED,
        Kind.FAULT,
        Kind.STILL_BUSY,
        Kind.ALARM,
    }
)

Sent = Mapping[int, Notice.Invitation]
Bookings = Mapping[int, Booking]


@dataclass(frozen=True, slots=True)
class Sorted:
    """What goes into the letter, what is let go, and the bookings whose calendars follow, with how."""

    kept: list[Notice]
    dropped: list[Notice]
    invitations: dict[int, Notice.Invitation]
    bookings: Bookings


def sort_out(
    member: Member, due: Sequence[Notice], *, sent: Sent, now: datetime, bookings: Bookings | None = None
) -> Sorted:
    """`sent` are the invitations that reached the member's calendar last, by booking.

    `bookings` are those that the notices are about; without them each is about one, and knows it.
    """
    if bookings is None:
        bookings = {one.booking_id: one.booking for one in due if one.booking_id and one.booking}
    kept = [one for one in due if _reaches(member) and _is_worth(member, one, bookings, sent, now)]
    chosen = {one.pk for one in kept}
    dropped = [one for one in due if one.pk not in chosen]
    found = {row.pk: _invitation(member, one, row, sent) for one in kept for row in _about(one, bookings)}
    return Sorted(kept, dropped, {pk: how for pk, how in found.items() if how}, bookings)


def about(notice: Notice) -> list[int]:
    """The bookings that a notice is about: one, or many of a series."""
    return list(notice.data.get("bookings") or [notice.booking_id] * (notice.booking_id is not None))


def _about(notice: Notice, bookings: Bookings) -> list[Booking]:
    return [bookings[pk] for pk in about(notice) if pk in bookings]


def is_urgent(notice: Notice) -> bool:
    """Whether it loses by waiting for others."""
    return notice.kind in URGENT and not is_own(notice)


def _reaches(member: Member) -> bool:
    return bool(member.email) and member.is_active


def _is_worth(member: Member, notice: Notice, bookings: Bookings, sent: Sent, now: datetime) -> bool:
    rows = _about(notice, bookings)
    if rows and not any(_still(notice, row, now) for row in rows):
        return False
    if any(row.pk in sent and _invitation(member, notice, row, sent) for row in rows):
        return True  # a calendar shows it and would go on showing what is no longer so
    if is_own(notice) and notice.kind not in {Kind.BOOKED, Kind.REQUESTED}:
        return False  # the page has said so
    return member.mails != Member.Mails.IMPORTANT or notice.kind in IMPORTANT


def _still(notice: Notice, booking: Booking, now: datetime) -> bool:
    """Whether it is still so; a mail that was late by hours must not call anybody to what is over."""
    if notice.kind == Kind.REMINDER:
        return booking.state == State.BOOKED and booking.starts_at > now
    if notice.kind == Kind.OFFER:
        return booking.state == State.HELD
    if notice.kind == Kind.TO_APPROVE:
        return booking.state == State.REQUESTED
    return notice.kind not in ANNOUNCED or booking.state not in GONE


def _invitation(member: Member, notice: Notice, booking: Booking, sent: Sent) -> Notice.Invitation | None:
    """How a calendar hears of it, if it has to."""
    if notice.kind in NOT_IN_CALENDARS:
        return None
    theirs = booking.member_id == member.pk
    if theirs and booking.state in Booking.PROMISED:
        return Invitation.REQUEST
    if sent.get(booking.pk) != Invitation.REQUEST:
        return None
    stays = theirs and booking.state not in GONE
    return Invitation.REQUEST if stays else Invitation.CANCEL

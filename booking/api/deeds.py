"""One word about a booking: longer, over, yes, no, to somebody else, back, here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from booking import actions
from booking.api import shapes
from booking.api.answers import BookingAnswer
from booking.api.bookings import booking_of, own_booking
from booking.api.wishes import Decision, Extension, Recipient, member_called
from booking.models import Booking
from booking.queries.changes import has_reader
from booking.queries.requests import asked
from lab.auth import asking, require_manager
from lab.problems import Problem

router = Router(tags=["bookings"])
TOLD: dict[str, Any] = {"response": BookingAnswer, "exclude_unset": True}


@router.post("bookings/{int:pk}/extend", summary="End later", **TOLD)
def extend(request: HttpRequest, pk: int, payload: Extension) -> Any:
    def act(booking: Booking) -> Booking:
        return actions.extend(
            booking=booking, minutes=payload.minutes, by=asking(request), now=timezone.now()
        )

    return _own(request, pk, act)


@router.post("bookings/{int:pk}/finish", summary="End now", **TOLD)
def finish(request: HttpRequest, pk: int) -> Any:
    return _own(request, pk, lambda b: actions.finish(booking=b, by=asking(request), now=timezone.now()))


@router.post("bookings/{int:pk}/undo", summary="Take the last change back", **TOLD)
def undo(request: HttpRequest, pk: int) -> Any:
    """Possible for a short while, while the time is still free."""
    return _own(request, pk, lambda b: actions.undo(booking=b, by=asking(request), now=timezone.now()))


@router.post("bookings/{int:pk}/hand-over", summary="Give a booking to somebody else", **TOLD)
def hand_over(request: HttpRequest, pk: int, payload: Recipient) -> Any:
    """The other member is judged as if they had booked it themselves."""

    def act(booking: Booking) -> Booking:
        to = member_called(payload.member)
        if to.pk == booking.member_id:
            raise Problem(422, "same_member", _("This booking is theirs already."), payload.member)
        return actions.hand_over(booking=booking, to=to, by=asking(request), now=timezone.now())

    return _own(request, pk, act)


@router.post("bookings/{int:pk}/check-in", summary="I am here", **TOLD)
def check_in(request: HttpRequest, pk: int) -> Any:
    """Where a badge reader stands only a manager may say it: the badge does."""

    def act(booking: Booking) -> Booking:
        if has_reader(asked(booking)) and not asking(request).is_manager:
            raise Problem(422, "tap_to_check_in", _("Tap your badge at the reader; it checks you in."))
        return actions.arrive(booking=booking, by=asking(request), now=timezone.now())

    return _own(request, pk, act)


@router.post("bookings/{int:pk}/approve", summary="Say yes to a request", **TOLD)
def approve(request: HttpRequest, pk: int) -> Any:
    """Managers only; 409 when somebody has the time by now."""
    by = require_manager(request)
    return shapes.answer(lambda: actions.approve(booking=booking_of(pk), by=by, now=timezone.now()), by)


@router.post("bookings/{int:pk}/decline", summary="Say no to a request", **TOLD)
def decline(request: HttpRequest, pk: int, payload: Decision | None = None) -> Any:
    """Managers only; the reason is told to the member."""
    by, reason = require_manager(request), payload.reason if payload else ""

    def act() -> Booking:
        return actions.decline(booking=booking_of(pk), by=by, now=timezone.now(), reason=reason)

    return shapes.answer(act, by)


def _own(request: HttpRequest, pk: int, act: Callable[[Booking], Booking]) -> Any:
    booking = own_booking(request, pk)
    return shapes.answer(lambda: act(booking), asking(request))

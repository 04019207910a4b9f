"""Bookings over the API: the same rules, the same `book()`, as everywhere."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Query, Router
from ninja.responses import Status
from pydantic import Field

from booking import actions
from booking.actions.accounts import charge_booking
from booking.api import series, shapes
from booking.api.answers import BookedAnswer, BookingAnswer, BookingsAnswer, CheckAnswer, WholeBookingAnswer
from booking.api.once import once
from booking.api.wishes import (
    Change,
    Wish,
    for_whom,
    in_order,
    project_of,
    resources_of,
    set_aside,
    span_of,
)
from booking.house import house
from booking.models import Booking
from booking.queries.bookings import GONE, listed
from booking.refusals import Refused
from booking.rules.wishes import blocking
from lab.asked import Moment, Text
from lab.auth import asking
from lab.models import Member
from lab.paging import Slice, page

router = Router(tags=["bookings"])
Key = Annotated[Text | None, Header(alias="Idempotency-Key", max_length=200)]


class Filters(Slice):
    """Bookings that touch `[from, to)`; without `from` those that are not over. `member` is for managers."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    resource: Text | None = None
    mine: bool = False
    state: Booking.State | None = None
    member: Text | None = None


@router.get("bookings", summary="Bookings of a span", response=BookingsAnswer, exclude_unset=True)
def bookings(request: HttpRequest, filters: Query[Filters]) -> Any:
    """Without `state` what was given back is left out, unless one asks for one member's own."""
    reader = asking(request)
    whose = reader if filters.mine or (filters.state in GONE and not reader.is_manager) else None
    if filters.member is not None:
        whose = for_whom(reader, filters.member)
    if filters.resource:
        resources_of([filters.resource])
    try:
        in_order(filters.from_, filters.to)
    except Refused as refused:
        return shapes.refused(refused)
    rows = listed(
        since=filters.from_ or timezone.now(),
        until=filters.to,
        resource=filters.resource,
        whose=whose,
        state=filters.state,
    )
    units = house().units
    return page(request, rows, filters, lambda row: shapes.booking(row, reader=reader, units=units))


@router.post("bookings", summary="Book", response={201: BookedAnswer}, exclude_unset=True)
def create(request: HttpRequest, payload: Wish, idempotency_key: Key = None) -> Any:
    """The state `requested` means that a manager has to approve: nothing is blocked until then."""
    member = asking(request)
    if payload.repeat is not None:
        return series.create(member, payload, idempotency_key)

    def act() -> Booking:
        return _book(member, payload)

    if idempotency_key is None:
        return shapes.answer(act, member, 201)
    return shapes.answer(lambda: once(act, member=member, key=idempotency_key, body=payload), member, 201)


@router.post("bookings/check", summary="Could this be booked?", response=CheckAnswer, exclude_unset=True)
def check(request: HttpRequest, payload: Wish) -> dict[str, Any]:
    """Everything that would be said about this wish; nothing is booked."""
    by = asking(request)
    if payload.repeat is not None:
        return series.check(by, payload)
    member, aside = for_whom(by, payload.member), set_aside(by, payload)
    resources = resources_of(payload.resources)
    try:
        span = span_of(payload.starts_at, payload.ends_at)
        against = actions.check(member=member, resources=resources, span=span, now=timezone.now())
    except Refused as refused:
        against = refused
    if against is not None:
        against.told_to(by, about=member)
    return {
        "ok": against is None or not blocking(against.objections, aside.codes),
        "objections": shapes.objections(against.objections) if against else [],
        "alternatives": shapes.alternatives(against.alternatives) if against else [],
    }


@router.get("bookings/{int:pk}", summary="One booking", response=WholeBookingAnswer, exclude_unset=True)
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Its `history` is for its member and for managers."""
    found, reader = booking_of(pk), asking(request)
    shown = shapes.booking(found, reader=reader, units=house().units)
    if found.member_id == reader.pk or reader.is_manager:
        shown["history"] = shapes.history(found)
    return shown


@router.patch("bookings/{int:pk}", summary="Change a booking", response=BookingAnswer, exclude_unset=True)
def change(request: HttpRequest, pk: int, payload: Change) -> Any:
    """Another time, other resources, another purpose; what is not named stays, and nothing is half done."""
    booking, by = own_booking(request, pk), asking(request)
    override = set_aside(by, payload)
    resources = None if payload.resources is None else resources_of(payload.resources)
    project = project_of(booking.member, payload.project)

    def move() -> Booking:
        try:
            moved = actions.move(
                booking=booking,
                span=span_of(payload.starts_at or booking.starts_at, payload.ends_at or booking.ends_at),
                by=by,
                now=timezone.now(),
                resources=resources,
                purpose=payload.purpose,
                override=override,
            )
        except Refused as refused:
            raise refused.told_to(by, about=booking.member) from None
        if payload.project is not None:
            charge_booking(booking=moved, project=project)
        return moved

    return shapes.answer(move, by)


@router.delete("bookings/{int:pk}", summary="Cancel a booking", response={204: None})
def cancel(request: HttpRequest, pk: int, reason: Text = "") -> Any:
    """The time is free again; the booking stays, as cancelled."""
    try:
        actions.cancel(
            booking=own_booking(request, pk), by=asking(request), now=timezone.now(), reason=reason[:300]
        )
    except Refused as refused:
        return shapes.refused(refused)
    return Status(204, None)


def booking_of(pk: int) -> Booking:
    """
    Raises:
        Http404: when there is no such booking.
    """
    rows = Booking.objects.select_related("member", "project").prefetch_related("claims")
    booking = rows.filter(pk=pk).first() if pk < 2**63 else None
    if booking is None:
        raise Http404
    return booking


def own_booking(request: HttpRequest, pk: int) -> Booking:
    """The booking, for whoever may change it.

    Raises:
        Http404: when there is no such booking.
        PermissionDenied: when it is somebody else's, and no manager asks.
    """
    booking, member = booking_of(pk), asking(request)
    if booking.member_id != member.pk and not member.is_manager:
        raise PermissionDenied(_("This booking is somebody else's."))
    return booking


def _book(by: Member, wish: Wish) -> Booking:
    member = for_whom(by, wish.member)
    try:
        return actions.book(
            member=member,
            by=by,
            resources=resources_of(wish.resources),
            span=span_of(wish.starts_at, wish.ends_at),
            purpose=wish.purpose,
            project=project_of(member, wish.project),
            now=timezone.now(),
            override=set_aside(by, wish),
        )
    except Refused as refused:
        raise refused.told_to(by, about=member) from None

"""Bookings over the API: the same rules, the same `book()`, as everywhere."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import msgspec
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Query, Router
from ninja.responses import Status
from pydantic import Field

from booking import actions
from booking.api import shapes
from booking.api.wishes import Change, Extension, Wish, resources_of, span_of
from booking.models import Booking, Claim, IdempotencyKey
from booking.refusals import Refused
from lab.asked import Moment, Text
from lab.auth import asking
from lab.models import Member
from lab.paging import Slice, page
from lab.problems import Problem

router = Router(tags=["bookings"])
CLAIMS = Prefetch("claims", Claim.objects.select_related("unit__resource"))
Key = Annotated[Text | None, Header(alias="Idempotency-Key", max_length=200)]


class Filters(Slice):
    """Bookings that touch `[from, to)`; without `from`, those that are not over yet."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    resource: Text | None = None
    mine: bool = False


@router.get("bookings", summary="Bookings of a span")
def bookings(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    reader = asking(request)
    rows = _rows().filter(ends_at__gt=filters.from_ or timezone.now())
    if filters.to is not None:
        rows = rows.filter(starts_at__lt=filters.to)
    if filters.resource:
        rows = rows.filter(claims__unit__resource__slug=filters.resource).distinct()
    gone = Q(state__in=[Booking.State.CANCELLED, Booking.State.DECLINED])
    rows = rows.filter(member=reader) if filters.mine else rows.exclude(gone)
    return page(request, rows, filters, lambda row: shapes.booking(row, reader=reader))


@router.post("bookings", summary="Book", response={201: dict[str, Any]})
def create(request: HttpRequest, payload: Wish, idempotency_key: Key = None) -> Any:
    member = asking(request)
    if idempotency_key is None:
        return _answer(lambda: _book(member, payload), member, status=201)
    return _answer(lambda: _book_once(member, payload, idempotency_key), member, status=201)


@router.post("bookings/check", summary="Could this be booked?")
def check(request: HttpRequest, payload: Wish) -> dict[str, Any]:
    resources = resources_of(payload.resources)
    try:
        span = span_of(payload.starts_at, payload.ends_at)
        against = actions.check(member=asking(request), resources=resources, span=span, now=timezone.now())
    except Refused as refused:
        against = refused
    return {
        "ok": against is None or not any(objection.blocks for objection in against.objections),
        "objections": shapes.objections(against.objections) if against else [],
        "alternatives": shapes.alternatives(against.alternatives) if against else [],
    }


@router.get("bookings/{int:pk}", summary="One booking")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    return shapes.booking(_get(pk), reader=asking(request))


@router.patch("bookings/{int:pk}", summary="Move, resize or rename a booking")
def change(request: HttpRequest, pk: int, payload: Change) -> Any:
    booking = _own(request, pk)

    def move() -> Booking:
        span = span_of(payload.starts_at or booking.starts_at, payload.ends_at or booking.ends_at)
        return actions.move(
            booking=booking, span=span, by=asking(request), purpose=payload.purpose, now=timezone.now()
        )

    return _answer(move, asking(request))


@router.delete("bookings/{int:pk}", summary="Cancel a booking", response={204: None})
def cancel(request: HttpRequest, pk: int) -> Any:
    try:
        actions.cancel(booking=_own(request, pk), by=asking(request), now=timezone.now())
    except Refused as refused:
        return shapes.refused(refused)
    return Status(204, None)


@router.post("bookings/{int:pk}/extend", summary="End later")
def extend(request: HttpRequest, pk: int, payload: Extension) -> Any:
    booking = _own(request, pk)
    return _answer(
        lambda: actions.extend(
            booking=booking, minutes=payload.minutes, by=asking(request), now=timezone.now()
        ),
        asking(request),
    )


@router.post("bookings/{int:pk}/finish", summary="End now")
def finish(request: HttpRequest, pk: int) -> Any:
    booking = _own(request, pk)
    return _answer(
        lambda: actions.finish(booking=booking, by=asking(request), now=timezone.now()), asking(request)
    )


def _answer(act: Any, reader: Member, status: int = 200) -> Any:
    try:
        booking = act()
    except Refused as refused:
        return shapes.refused(refused)
    prefetch_related_objects([booking], CLAIMS)
    body = shapes.booking(booking, reader=reader)
    return Status(status, body) if status != 200 else body


def _book(member: Member, wish: Wish) -> Booking:
    return actions.book(
        member=member,
        by=member,
        resources=resources_of(wish.resources),
        span=span_of(wish.starts_at, wish.ends_at),
        purpose=wish.purpose,
        now=timezone.now(),
    )


def _book_once(member: Member, wish: Wish, key: str) -> Booking:
    """The booking of this key: made now, or the one that an earlier or concurrent request made."""
    digest = hashlib.sha256(msgspec.json.encode(wish.model_dump())).hexdigest()
    earlier = _earlier(member, key, digest)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            booking = _book(member, wish)
            IdempotencyKey.objects.create(member=member, key=key, body_digest=digest, booking=booking)
    except (IntegrityError, Refused):
        earlier = _earlier(member, key, digest)
        if earlier is None:
            raise
        return earlier
    return booking


def _earlier(member: Member, key: str, digest: str) -> Booking | None:
    kept = IdempotencyKey.objects.select_related("booking").filter(member=member, key=key).first()
    if kept is None:
        return None
    if kept.body_digest != digest:
        raise Problem(422, "idempotency_mismatch", _("This key was used for another request"))
    return kept.booking


def _rows() -> QuerySet[Booking]:
    return Booking.objects.select_related("member").prefetch_related(CLAIMS)


def _get(pk: int) -> Booking:
    booking = _rows().filter(pk=pk).first() if pk < 2**63 else None
    if booking is None:
        raise Http404
    return booking


def _own(request: HttpRequest, pk: int) -> Booking:
    booking, member = _get(pk), asking(request)
    if booking.member_id != member.pk and not member.is_manager:
        raise PermissionDenied(_("This booking is somebody else's."))
    return booking

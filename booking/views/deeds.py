"""One press on a booking of one's own (a manager: anybody's), then back to where one was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from booking import actions, said
from booking.models import Booking
from booking.queries.changes import has_reader
from booking.refusals import Refused
from lab.auth import asking
from lab.models import Member

Deed = Callable[[Booking, datetime], None]


def reachable(reader: Member) -> QuerySet[Booking]:
    """The bookings that somebody may change: their own; a manager everybody's."""
    rows = Booking.objects.select_related("member", "booked_by")
    return rows if reader.is_manager else rows.filter(member=reader)


def own(request: HttpRequest, pk: int) -> Booking:
    """The booking, for whoever may change it; for others there is none."""
    rows = reachable(asking(request)).filter(pk=pk) if pk < 2**63 else Booking.objects.none()
    return get_object_or_404(rows)


def deed(request: HttpRequest, pk: int, act: Deed) -> HttpResponse:
    """Change the booking, or say why not."""
    booking = own(request, pk)
    try:
        act(booking, timezone.now())
    except Refused as refused:
        messages.error(request, " ".join(said.detail(objection) for objection in refused.objections))
    return back(request)


def done(request: HttpRequest, booking: Booking, words: str) -> None:
    """Say what was done, with a way back where there is one."""
    change = actions.undoable(booking, by=asking(request), now=timezone.now())
    undo = f"undo:{reverse('booking_again', args=[booking.pk])}" if change else ""
    messages.success(request, words, extra_tags=undo)


def here(bookings: Iterable[Booking], *, now: datetime) -> set[int]:
    """The bookings whose member may say that they came: it is time, and no reader tells it by badge."""
    near = [row for row in bookings if row.state == Booking.State.BOOKED]
    near = [row for row in near if row.starts_at - actions.EARLY <= now < row.ends_at]
    return {row.pk for row in near if not has_reader(said.resources(row))}


def back(request: HttpRequest) -> HttpResponse:
    """To where one was, but never off the site."""
    before = request.headers.get("Referer", "")
    return redirect(before if safe(request, before) else reverse("me"))


def safe(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})

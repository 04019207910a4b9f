"""My lab: what is next, what may be changed, what I hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from booking import actions, said
from booking.models import Booking
from booking.queries import people
from booking.refusals import Refused
from lab.auth import asking

EXTENSION = 30
PAST_SHOWN = 12


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Context: `current` and `coming` Bookings, `past`, `sessions`, `awards`, `badges`, `presences`."""
    member, now = asking(request), timezone.now()
    coming = list(people.coming(member, now=now))
    context = {
        "now": now,
        "current": [booking for booking in coming if booking.starts_at <= now],
        "coming": [booking for booking in coming if booking.starts_at > now],
        "past": people.past(member, now=now)[:PAST_SHOWN],
        "sessions": people.running(member),
        "awards": member.awards.select_related("certification").order_by("certification__slug"),
        "badges": member.badges.all(),
        "presences": member.presences.filter(until=None).select_related("zone"),
    }
    return render(request, "booking/me.html", context)


@require_POST
@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    def act(booking: Booking, now: datetime) -> None:
        actions.cancel(booking=booking, by=asking(request), now=now)
        undo = f"undo:{reverse('booking_again', args=[booking.pk])}"
        messages.success(request, said.cancelled(booking), extra_tags=undo)

    return _change(request, pk, act)


@require_POST
@login_required
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last change back, if the time is still free."""

    def act(booking: Booking, now: datetime) -> None:
        messages.success(request, said.booked(actions.undo(booking=booking, by=asking(request), now=now)))

    return _change(request, pk, act)


@require_POST
@login_required
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    def act(booking: Booking, now: datetime) -> None:
        messages.success(
            request,
            said.extended(actions.extend(booking=booking, minutes=EXTENSION, by=asking(request), now=now)),
        )

    return _change(request, pk, act)


@require_POST
@login_required
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    def act(booking: Booking, now: datetime) -> None:
        messages.success(request, said.finished(actions.finish(booking=booking, by=asking(request), now=now)))

    return _change(request, pk, act)


def _change(request: HttpRequest, pk: int, act: Callable[[Booking, datetime], None]) -> HttpResponse:
    """Change a booking of one's own (a manager: anybody's), then go back to where one was."""
    reader = asking(request)
    rows: Any = Booking.objects.all() if reader.is_manager else Booking.objects.filter(member=reader)
    booking = get_object_or_404(rows.select_related("member"), pk=pk)
    try:
        act(booking, timezone.now())
    except Refused as refused:
        messages.error(request, " ".join(said.detail(objection) for objection in refused.objections))
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else reverse("me"))

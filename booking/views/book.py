"""The booking form: a page by itself, or the inside of a dialog when htmx asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from booking import actions, said
from booking.forms import BookingForm
from booking.models import Booking
from booking.refusals import Refused
from lab.asked import within_reason
from lab.auth import asking
from lab.models import Resource
from lab.times import next_quarter, next_step

STEP = 5  # minutes, as the fields count
USUAL = timedelta(hours=1)


@login_required
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Context: `form` (with `alternatives` after a refusal), `gate` when a certification is missing."""
    form = BookingForm(request.POST) if request.method == "POST" else BookingForm(initial=_initial(request))
    if form.is_bound and form.is_valid():
        booking = _book(request, form)
        if booking is not None:
            return _done(request, booking, form.cleaned_data["next"])
    template = "booking/_book.html" if request.htmx else "booking/book.html"  # type: ignore[attr-defined]
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


def _book(request: HttpRequest, form: BookingForm) -> Booking | None:
    member = asking(request)
    try:
        return actions.book(
            member=member,
            by=member,
            resources=[form.cleaned_data["resource"]],
            span=form.span,
            now=timezone.now(),
            purpose=form.cleaned_data["purpose"],
        )
    except Refused as refused:
        form.refuse(refused)
        return None


def _done(request: HttpRequest, booking: Booking, wanted: str) -> HttpResponse:
    undo = f"undo:{reverse('booking_cancel', args=[booking.pk])}"
    messages.success(request, said.booked(booking), extra_tags=undo)
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    target = wanted if safe else reverse("me")
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)  # type: ignore[attr-defined]


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address already says; a usual hour from the next quarter where it says nothing."""
    asked = request.GET
    start = _moment(asked.get("starts_at", "")) or next_quarter(timezone.now())
    slug = asked.get("resource", "")
    resource = Resource.objects.filter(slug=slug).first() if slug.isprintable() else None
    return {
        "resource": resource.slug if resource else None,
        "starts_at": start,
        "ends_at": _moment(asked.get("ends_at", "")) or start + USUAL,
        "next": asked.get("next", ""),
    }


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or not within_reason(found):
        return None
    aware = timezone.make_aware(found) if timezone.is_naive(found) else found
    return next_step(aware, minutes=STEP)

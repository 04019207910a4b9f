"""Another time, other resources or another purpose for a booking: by a form, or dragged in the planning."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import actions, repeat_words, said
from booking.actions.change import may_change, resources_of
from booking.forms import BookingForm
from booking.house import house
from booking.models import Booking
from booking.refusals import Refused
from booking.rules.wishes import Code, Objection
from booking.views import repeated
from booking.views.book import form_page, gone_on, judged, opened
from booking.views.deeds import deed, done, own
from lab.asked import within_reason
from lab.auth import asking
from lab.models import Resource
from lab.spans import Span


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The booking form, filled in with what stands; the address may propose something else."""
    booking, by = own(request, pk), asking(request)
    if not may_change(booking):
        messages.error(request, _("It can’t be changed any more, or not yet: here is how it stands."))
        return redirect("booking", pk)
    scope = scope_of(request, booking)
    if request.method == "GET":
        form = opened(BookingForm(initial=_initial(request, booking), by=by, booking=booking))
        return form_page(request, form, scope=scope)
    form = BookingForm(request.POST, by=by, booking=booking)
    if "add" in request.POST:
        form = opened(BookingForm(initial=form.asked(), by=by, booking=booking))
        return form_page(request, form, scope=scope)
    if scope in ("following", "all"):
        return _change_series(request, form, booking, scope)
    if form.is_valid() and _changed(form, booking):
        undo = actions.undoable(booking, by=by, now=timezone.now())
        tag = f"undo:{reverse('booking_again', args=[booking.pk])}" if undo else ""
        return gone_on(request, form, said.changed(booking), undo=tag)
    return form_page(request, form, scope=scope)


def scope_of(request: HttpRequest, booking: Booking) -> str:
    """How much of its series changes with a booking; nothing to choose for one that has none."""
    if booking.series_id is None:
        return ""
    asked = request.POST.get("scope") or request.GET.get("scope") or ""
    return asked if asked in ("following", "all") else "this"


def _change_series(request: HttpRequest, form: BookingForm, booking: Booking, scope: str) -> HttpResponse:
    now = timezone.now()
    found = repeated.change(form, booking, request.POST, following=scope == "following", now=now)
    if found.series is None:
        told = {"dates": found.dates, "refused": found.refused, "leave": repeated.leave()}
        return form_page(request, form, scope=scope, **told)
    return gone_on(request, form, repeat_words.changed(found.series), undo="")


@login_required
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    return judged(request, BookingForm(request.POST, by=asking(request), booking=own(request, pk)))


@login_required
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Exact times from the planning: `starts_at`, `ends_at` with offset, `resource` to take instead."""

    def act(booking: Booking, now: datetime) -> None:
        resources = _instead(request, booking)
        actions.move(booking=booking, span=_span(request), by=asking(request), now=now, resources=resources)
        done(request, booking, said.changed(booking))

    return deed(request, pk, act)


def _changed(form: BookingForm, booking: Booking) -> bool:
    data = form.cleaned_data
    try:
        actions.move(
            booking=booking,
            span=form.span,
            by=form.by,
            now=timezone.now(),
            resources=form.resources,
            purpose=data["purpose"],
            override=actions.Override.by(form.by, data.get("override", ()), data.get("reason", "")),
        )
    except Refused as refused:
        form.refuse(refused.told_to(form.by, about=booking.member))
        return False
    return True


def _initial(request: HttpRequest, booking: Booking) -> dict[str, object]:
    asked = request.GET
    standing = [row.slug for row in resources_of(booking)]
    proposed = _moment(asked.get("starts_at", "")), _moment(asked.get("ends_at", ""))
    return {
        "resource": [slug for slug in asked.getlist("resource") if slug] or standing,
        "starts_at": proposed[0] or booking.starts_at,
        "ends_at": proposed[1] or booking.ends_at,
        "purpose": asked.get("purpose", booking.purpose)[:200],
        "version": booking.sequence,
        "next": asked.get("next", "") or reverse("booking", args=[booking.pk]),
    }


def _instead(request: HttpRequest, booking: Booking) -> list[Resource] | None:
    """The resources after one of them was exchanged for another; None when they stay."""
    slug, other = request.POST.get("from", ""), request.POST.get("to", "")
    if not other or slug == other:
        return None
    standing, found = resources_of(booking), house().copies([other])
    if other not in found:
        raise Refused([Objection(Code.BAD_SPAN)])
    return [found[other] if row.slug == slug else row for row in standing]


def _span(request: HttpRequest) -> Span:
    start, end = _moment(request.POST.get("starts_at", "")), _moment(request.POST.get("ends_at", ""))
    if start is None or end is None or end <= start:
        raise Refused([Objection(Code.BAD_SPAN)])
    return Span(start, end)


def _moment(told: str) -> datetime | None:
    try:
        found = parse_datetime(told)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) and within_reason(found) else None

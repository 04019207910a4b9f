"""My lab: what is next, what may be changed, what I hold."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from booking import actions, said
from booking.actions.badges import may_find
from booking.forms.badges import CodeForm
from booking.models import Booking, Policy
from booking.queries import people, waits
from booking.views.deeds import deed, done, here
from booking.views.passages import last_refused
from lab.auth import asking

EXTENSION = 30
LONGEST_EXTENSION = 24 * 60
PAST_SHOWN = 12


@login_required
def me(request: HttpRequest) -> HttpResponse:
    return my_page(request)


def my_page(request: HttpRequest, *, badge_form: CodeForm | None = None, status: int = 200) -> HttpResponse:
    """Context: `current` and `coming` Bookings, `here` of them, `past`, `sessions`, `awards`, `badges`…"""
    member, now = asking(request), timezone.now()
    coming, badges = list(people.coming(member, now=now)), list(member.badges.order_by("lost_at", "pk"))
    context = {
        "now": now,
        "here": here(coming, now=now),
        "current": [booking for booking in coming if booking.starts_at <= now],
        "coming": [booking for booking in coming if booking.starts_at > now],
        "waits": waits.of(member),
        "past": people.past(member, now=now)[:PAST_SHOWN],
        "sessions": people.running(member),
        "taught": people.taught(member),
        "awards": member.awards.select_related("certification").order_by("certification__slug"),
        "badges": badges,
        "findable": {badge.pk for badge in badges if may_find(badge, member, now=now)},
        "enrolments": member.enrolments.all(),
        "may_add": Policy.current().new_badges != Policy.NewBadges.DESK,
        "badge_form": badge_form or CodeForm(),
        "refused": last_refused(member, now=now),
        "presences": member.presences.filter(until=None).select_related("zone"),
    }
    return render(request, "booking/me.html", context, status=status)


@require_POST
@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "").replace("\0", "")[:300]

    def act(booking: Booking, now: datetime) -> None:
        actions.cancel(booking=booking, by=asking(request), now=now, reason=reason)
        done(request, booking, said.cancelled(booking))

    return deed(request, pk, act)


@require_POST
@login_required
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last change back, if the time is still free."""

    def act(booking: Booking, now: datetime) -> None:
        done(request, booking, said.restored(actions.undo(booking=booking, by=asking(request), now=now)))

    return deed(request, pk, act)


@require_POST
@login_required
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    minutes = request.POST.get("minutes", "")
    longer = int(minutes) if minutes.isdecimal() and len(minutes) < 5 else EXTENSION

    def act(booking: Booking, now: datetime) -> None:
        actions.extend(booking=booking, minutes=min(longer, LONGEST_EXTENSION), by=asking(request), now=now)
        done(request, booking, said.extended(booking))

    return deed(request, pk, act)


@require_POST
@login_required
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    def act(booking: Booking, now: datetime) -> None:
        done(request, booking, said.finished(actions.finish(booking=booking, by=asking(request), now=now)))

    return deed(request, pk, act)

"""One resource: how it stands, when it is free, what it asks for, what speaks for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from booking import rule_words
from booking.house import house_rules
from booking.models import Booking
from booking.queries import people
from booking.queries.availability import free
from booking.queries.now import cards
from booking.queries.rulebook import facts_of
from booking.views.deeds import here
from lab.auth import asking
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Resource
from lab.phrases.week import opened, week
from lab.spans import Span

DAYS_SHOWN = timedelta(days=4)
MOST_FREE = 12


@login_required
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Context: `card`, `free` [(day, spans)], `mine` and `coming` Bookings, `devices`, `outage`, `words`."""
    rows = Resource.objects.select_related("zone", "certification").prefetch_related("units", "zone__hours")
    found = get_object_or_404(rows, slug=slug)
    member, now = asking(request), timezone.now()
    shown = Span(now, day_span(timezone.localdate(now) + DAYS_SHOWN, lab_zone()).start)
    coming = (
        Booking.objects.filter(
            claims__unit__resource=found, claims__standing=True, ends_at__gt=now, starts_at__lt=shown.end
        )
        .select_related("member")
        .distinct()
    )
    rules = house_rules(found)
    mine = people.coming(member, now=now).filter(claims__unit__resource=found).first()
    context = {
        "now": now,
        "words": rule_words.sentences(facts_of(found)),
        "week": week(opened(found.zone.hours.all())),
        "card": cards(member, [found], now=now)[0],
        "resource": found,
        "free": _by_day(free(found, shown, minutes=rules.min_minutes)[:MOST_FREE]),
        "mine": mine,
        "here": here([mine] if mine else [], now=now),
        "coming": coming,
        "devices": found.devices.prefetch_related("channels"),
        "outage": found.outages.filter(starts_at__lte=now).exclude(ends_at__lte=now).first(),
    }
    return render(request, "booking/resource.html", context)


def _by_day(spans: list[Span]) -> list[tuple[date, list[tuple[datetime, datetime]]]]:
    days = groupby(spans, key=lambda span: timezone.localdate(span.start))
    return [(day, [(span.start, span.end) for span in group]) for day, group in days]

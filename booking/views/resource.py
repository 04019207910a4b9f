"""One resource: how it stands, when it is free, what it asks for, what speaks for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from booking import rule_words
from booking.forms.faults import ReportForm
from booking.house import house_rules
from booking.models import Booking
from booking.queries import people
from booking.queries.availability import free, next_free, sisters
from booking.queries.faults import open_reports, planned, running
from booking.queries.now import Card, cards
from booking.queries.rulebook import facts_of
from booking.queries.upkeep import nearest
from booking.views.deeds import here
from booking.views.manage.outages import hits_url
from lab.auth import asking
from lab.calendar import day_span
from lab.lab_time import lab_zone
from lab.models import Member, Resource
from lab.phrases.week import opened, week
from lab.spans import Span

DAYS_SHOWN = timedelta(days=4)
MOST_FREE = 12


@login_required
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    return resource_page(request, found(slug))


def found(slug: str) -> Resource:
    rows = Resource.objects.select_related("zone", "certification").prefetch_related("units", "zone__hours")
    row: Resource = get_object_or_404(rows, slug=slug)
    return row


def resource_page(request: HttpRequest, found: Resource, form: ReportForm | None = None) -> HttpResponse:
    """Context: `card`, `free` [(day, spans)], `mine` and `coming` Bookings, `devices`, `words`, the nearest
    `upkeep`; of faults `outage` and [(Card, first free Span)] `instead`, `planned`, open `reports`, one's
    `own`, `report_form`.
    """
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
        "upkeep": nearest(found, now=now),
        **_faults(found, member, form, shown),
    }
    return render(request, "booking/resource.html", context, status=422 if form else 200)


def _faults(found: Resource, member: Member, form: ReportForm | None, shown: Span) -> dict[str, Any]:
    now = shown.start
    outage = running(now).filter(resource=found).first()
    reports = list(open_reports(found))
    own = next((report for report in reports if report.member_id == member.pk), None)
    return {
        "outage": outage,
        "instead": _instead(found, member, shown) if outage else [],
        "planned": planned(now).filter(resource=found),
        "reports": reports,
        "own": own,
        "report_form": form or ReportForm(instance=own),
        "hits_url": hits_url() if member.is_manager else "",
    }


def _instead(found: Resource, member: Member, shown: Span) -> list[tuple[Card, Span | None]]:
    """What else would do, and when it is free first; what is free earliest first."""
    near = sisters(found)
    first = dict(next_free(near, shown, minutes=house_rules(found).min_minutes))
    rows = [(card, first.get(card.resource)) for card in cards(member, near, now=shown.start)]
    return sorted(rows, key=lambda row: row[1].start if row[1] else shown.end)


def _by_day(spans: list[Span]) -> list[tuple[date, list[tuple[datetime, datetime]]]]:
    days = groupby(spans, key=lambda span: timezone.localdate(span.start))
    return [(day, [(span.start, span.end) for span in group]) for day, group in days]

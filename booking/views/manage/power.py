"""A machine's power before managers: what it was last week, what that means, and by which thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from booking.models import UsageSession
from booking.views.manage.power_chart import Day, Strip, days, histogram
from devices import machine_time
from devices.energy import meters
from devices.machine_time import levels_of
from devices.power_past import WEEK, week_of
from devices.rules import levels as learning
from devices.rules.levels import Past, Suggestion
from devices.rules.running import Levels, State
from lab.auth import asking
from lab.calendar import day_span
from lab.forms.power import PowerForm
from lab.gates import managers_only
from lab.lab_time import lab_zone
from lab.models import Look, Resource
from lab.spans import Span
from lab.views.manage.keeping import before, history, keep, page, posted

DAYS_SHOWN = 14
SESSIONS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """Thresholds, what the last week would have been with them, and where they lie in the histogram."""

    levels: Levels
    past: Past
    strip: Strip | None

    @property
    def busy(self) -> timedelta:
        return self.past.times[State.BUSY]

    @property
    def idle(self) -> timedelta:
        return self.past.times[State.IDLE]


@managers_only
@require_http_methods(["GET", "POST"])
def power(request: HttpRequest, slug: str) -> HttpResponse:
    """Context: `histogram`, `now_is` and `suggested` Choices, `tried` for what is typed, `days`, `form`."""
    row, now = get_object_or_404(Resource, slug=slug), timezone.now()
    Look.note(asking(request), Look.What.SESSIONS, now=now)
    was = before(row)
    form = PowerForm(posted(request), instance=Resource.objects.get(pk=row.pk))
    trying = "try" in request.POST
    if form.is_bound and not trying and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_power", slug)
    week = week_of(row.pk, now=now)
    drawn = histogram(week)
    found = learning.suggest(week)
    suggested = _levels(found, row) if isinstance(found, Suggestion) else None
    tried = levels_of(form.instance) if trying and form.is_valid() else None

    def choice(levels: Levels | None) -> Choice | None:
        if levels is None:
            return None
        return Choice(levels, learning.past(week, levels), drawn.strip(levels) if drawn else None)

    context = {
        "resource": row,
        "metered": bool(meters(row.pk, Span(now - WEEK, now))),
        "histogram": drawn,
        "heard": timedelta(minutes=len(week)),
        "now_is": choice(levels_of(row)),
        "suggested": choice(suggested),
        "tried": choice(tried),
        "found": found,
        "days": last_days(row, now=now),
        "sessions": _sessions(row),
        "history": history(row),
    }
    return page(request, "booking/manage/power.html", context, form)


def last_days(row: Resource, *, now: datetime) -> list[Day]:
    """The last two weeks, today last."""
    today = timezone.localdate(now)
    dates = [today - timedelta(days=ago) for ago in reversed(range(DAYS_SHOWN))]
    spans = [day_span(date, lab_zone()) for date in dates]
    return days(dates, machine_time.by_day(row.pk, spans, now=now))


def _sessions(row: Resource) -> list[UsageSession]:
    """What ran last."""
    rows = UsageSession.objects.filter(resource=row).select_related("member", "booking")
    return list(rows.order_by("-started_at")[:SESSIONS_SHOWN])


def _levels(found: Suggestion, row: Resource) -> Levels:
    """The waits stay the machine's own."""
    known = levels_of(row) or Levels(found.idle_below, found.busy_above)
    return Levels(found.idle_below, found.busy_above, found.off_below, known.busy_after, known.idle_after)

"""For lab managers: who is in, what runs, what waits, what needs me."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from booking.models import Booking
from booking.queries import people
from booking.queries.alarms import opened
from booking.queries.faults import open_reports, running
from booking.queries.misses import contested
from booking.queries.now import zones
from booking.queries.passages import newest
from booking.queries.upkeep import in_force, standings
from booking.views.manage.alarms import lines
from booking.views.passages import said
from devices import letters, lockouts, machine_time
from devices.models import Device
from devices.queries import DeviceView, store, unclaimed, views
from devices.rules.freshness import Freshness
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Look, Totem

PASSAGES_SHOWN = 12
ALIKE = 3
NEW_SHOWN = 5
ALARMS_SHOWN = 4
SOON = timedelta(hours=3)
DAY = timedelta(days=1)


@managers_only
def dashboard(request: HttpRequest) -> HttpResponse:
    """Context: what is in, running and coming, `meters`, and what needs somebody."""
    now = timezone.now()
    Look.note(asking(request), Look.What.PRESENCE, now=now)
    inside, sessions = list(people.inside()), list(people.running())
    known = Device.objects.exclude(claimed_at=None).select_related("resource", "door", "zone")
    devices = views(known.prefetch_related("channels"), now=now)
    waiting = unclaimed().count()
    meters = [(view, watts) for view in devices for watts in view.channels if watts.key == "power"]
    context = {
        "now": now,
        "zones": zones(now=now),
        "inside": inside,
        "sessions": sessions,
        "soon": _soon(now, begun={session.booking_id for session in sessions}),
        "meters": meters,
        "machines": machine_time.current(None, now=now),
        "watts": sum(float(watts.value) for _, watts in meters if isinstance(watts.value, int | float)),
        "devices": len(devices),
        "online": sum(view.device.online for view in devices),
        "unclaimed": views(unclaimed().prefetch_related("channels")[:NEW_SHOWN], now=now),
        "waiting": waiting,
        "unclaimed_more": max(waiting - NEW_SHOWN, 0),
        "troubled": [view for view in devices if _silent(view)],
        "outages": running(now),
        **_alarms(now),
        "reports": open_reports().count(),
        "objections": contested().count(),
        "letters": _letters(now),
        "upkeeps": [found for found in standings(in_force(), now=now) if found.overdue],
        "totems": _totems(now),
        "lockouts": lockouts.seen(now=now),
        "passages": said(newest(PASSAGES_SHOWN, alike=ALIKE)),
    }
    return render(request, "booking/dashboard.html", context)


def _soon(now: datetime, *, begun: set[int | None]) -> list[Booking]:
    """What begins soon, without what somebody works on already."""
    rows = Booking.objects.filter(state__in=Booking.LIVE, starts_at__gt=now, starts_at__lt=now + SOON)
    rows = rows.select_related("member").prefetch_related("claims__unit__resource")
    return [booking for booking in rows if booking.pk not in begun]


def _silent(view: DeviceView) -> bool:
    spoke = view.freshness is not Freshness.SILENT or not view.channels
    return view.status != "online" or not spoke


def _totems(now: datetime) -> list[tuple[Totem, str]]:
    """Screens that were paired and show another day, or say nothing."""
    rows = Totem.objects.filter(revoked_at=None).exclude(seen_at=None).select_related("zone")
    return [(row, trouble) for row in rows if (trouble := row.trouble(now))]


def _alarms(now: datetime) -> dict[str, Any]:
    """The alarms that nobody takes care of come first."""
    rows = list(opened())
    return {"alarms": lines(rows[:ALARMS_SHOWN], now=now), "alarms_more": max(len(rows) - ALARMS_SHOWN, 0)}


def _letters(now: datetime) -> int:
    """How many messages of the last day could not be read."""
    return letters.count(store(), letters.Wanted(start=now - DAY))

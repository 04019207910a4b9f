"""`/metrics`: the lab's counters in Prometheus' text format."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone

from booking import live
from booking.metrics.processes import processes
from booking.metrics.text import histogram, metric
from booking.metrics.waiting import waiting as waiting_for
from booking.models import AccessEvent, Booking, Presence, UsageSession
from devices import history, letters, queries
from devices.models import Device
from lab.auth import member_of_token
from lab.lag import lag
from lab.middleware import SPENT
from lab.models import Resource

PATIENCE = 0.3  # seconds that a process that has just begun may take to hear of the others


def metrics(request: HttpRequest) -> HttpResponse:
    """Text for Prometheus; 403 without a manager's session, a manager's token or the metrics token."""
    if not _may_see(request):
        return HttpResponseForbidden(
            "a manager's token or METRICS_TOKEN is needed\n", content_type="text/plain"
        )
    return HttpResponse("\n".join(_lines()) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_see(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return request.user.is_authenticated and request.user.is_manager
    if settings.CONFIG.metrics_token and hmac.compare_digest(token, settings.CONFIG.metrics_token):
        return True
    member = member_of_token(token)
    return member is not None and member.is_manager


def _lines() -> Iterator[str]:
    now = timezone.now()
    passages = AccessEvent.objects.order_by().values("reason").annotate(n=Count("pk"))
    devices = Device.objects.order_by().values("online").annotate(n=Count("pk"))
    resources = live.resource_snapshots(Resource.objects.select_related("zone"), now=now)
    yield from metric(
        "etabli_access_events",
        "gauge",  # old ones are let go
        "Passages that are kept, by reason",
        (({"reason": r["reason"]}, r["n"]) for r in passages),
    )
    yield from metric(
        "etabli_devices",
        "gauge",
        "Devices by status",
        (({"status": "online" if row["online"] else "offline"}, row["n"]) for row in devices),
    )
    yield from metric(
        "etabli_resource_units_free",
        "gauge",
        "Free units now",
        (({"resource": shown["slug"], "state": shown["state"]}, shown["units_free"]) for shown in resources),
    )
    live_bookings = Booking.objects.filter(state__in=Booking.LIVE, ends_at__gt=now).count()
    yield from metric("etabli_bookings_live", "gauge", "Bookings that are not over", [({}, live_bookings)])
    inside = Presence.objects.filter(until=None).count()
    yield from metric("etabli_members_present", "gauge", "Members in the lab", [({}, inside)])
    running = UsageSession.objects.filter(ended_at=None).count()
    yield from metric("etabli_sessions_open", "gauge", "Sessions that run", [({}, running)])
    waiting = letters.count(queries.store())
    yield from metric("etabli_dead_letters", "gauge", "Messages that could not be decoded", [({}, waiting)])
    yield from _telemetry(now)
    yield from _outgoing(now)
    yield from waiting_for(now)
    yield from processes(now)
    for kind, spent in SPENT.items():
        text = f"Time that this web process takes for {kind}"
        yield from histogram(f"etabli_http_{kind}_seconds", text, spent.told())


def _telemetry(now: datetime) -> Iterator[str]:
    """How far telemetry is behind its broker, as far as it says."""
    found = lag(patience=PATIENCE)
    if found is None:
        return
    stuck = (now - found.stuck_since).total_seconds() if found.stuck_since else 0.0
    for name, kind, text, value in (
        ("etabli_telemetry_up", "gauge", "Is telemetry connected to the broker?", int(found.up)),
        (
            "etabli_telemetry_behind_seconds",
            "gauge",
            "How long readings wait in the broker",
            found.seconds(now),
        ),
        ("etabli_telemetry_stuck_seconds", "gauge", "How long the store takes nothing", max(stuck, 0.0)),
        ("etabli_telemetry_messages_total", "counter", "Messages since telemetry began", found.received),
        ("etabli_telemetry_dropped_total", "counter", "QoS 0 messages that were too many", found.dropped),
        ("etabli_broker_dropped_total", "counter", "Messages that the broker had no room for", found.lost),
    ):
        yield from metric(name, kind, text, [({}, value)])


def _outgoing(now: datetime) -> Iterator[str]:
    """How far the server of time series is behind, where there is one."""
    if settings.PAST.influx is None:
        return
    found = history.outgoing(queries.store())
    behind = (now - found.oldest).total_seconds() if found.oldest else 0.0
    for name, kind, text, value in (
        ("etabli_influx_waiting", "gauge", "Readings that InfluxDB has not acknowledged", found.waiting),
        ("etabli_influx_behind_seconds", "gauge", "Age of the oldest of them", max(behind, 0.0)),
        ("etabli_influx_up", "gauge", "Does InfluxDB take readings?", int(not found.trouble)),
        ("etabli_influx_refused_total", "counter", "Readings that InfluxDB will never take", found.refused),
    ):
        yield from metric(name, kind, text, [({}, value)])

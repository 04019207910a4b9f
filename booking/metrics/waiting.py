"""What waits for somebody or something: messages to other programs, mails, alarms, requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min

from booking.metrics.text import metric
from booking.models import Booking, Notice
from devices.models import Alarm
from lab.models import Delivery, Hook


def waiting(now: datetime) -> Iterator[str]:
    rows = Delivery.objects.order_by().values_list("state").annotate(n=Count("pk"))
    known = dict.fromkeys(Delivery.State.values, 0) | dict(rows)
    states = [({"state": state}, n) for state, n in known.items()]
    yield from metric("etabli_webhook_messages", "gauge", "Messages of the last 30 days to webhooks", states)
    oldest = Delivery.objects.filter(state=Delivery.State.WAITING).aggregate(at=Min("created_at"))["at"]
    age = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    yield from metric("etabli_webhook_behind_seconds", "gauge", "Age of the oldest that waits", [({}, age)])
    paused = Hook.objects.exclude(paused_at=None).count()
    yield from metric("etabli_webhooks_paused", "gauge", "Webhooks that nobody answers", [({}, paused)])
    mails = Notice.objects.filter(mail_after__lte=now, mailed_at=None).count()
    yield from metric("etabli_mails_waiting", "gauge", "Notices whose mail has not left", [({}, mails)])
    asked = Booking.objects.filter(state=Booking.State.REQUESTED, ends_at__gt=now).count()
    yield from metric(
        "etabli_requests_waiting", "gauge", "Bookings that a manager has to decide", [({}, asked)]
    )
    lasting = Alarm.objects.filter(cleared_at=None).order_by()
    open_ones = lasting.values_list("severity").annotate(n=Count("pk"))
    alarms = [({"severity": severity}, n) for severity, n in open_ones]
    yield from metric("etabli_alarms_open", "gauge", "Alarms that last, by severity", alarms)

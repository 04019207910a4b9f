"""Who may connect, as the device table says now."""

from __future__ import annotations

from datetime import datetime

from devices import enrolment
from devices.broker.accounts import Account, of_rows
from devices.broker.attendance import Attendance
from devices.models import Device


def roster(service: Account, *, now: datetime, attendance: Attendance | None = None) -> tuple[Account, ...]:
    """The server's own account and every device that has a credential and keeps it."""
    # A broker that never told of our own connection tells of nobody's.
    told = attendance is not None and attendance.knows(service.name)
    waiting = enrolment.settle(now=now, attended=attendance.of if attendance and told else None)
    rows = Device.objects.filter(revoked=False).exclude(credential="")
    kept = rows.values_list("name", "credential", "profile")
    found = [(name, waiting.get(name, credential), profile) for name, credential, profile in kept]
    return service, *of_rows(found, service=service.name)

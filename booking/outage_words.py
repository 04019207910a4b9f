"""An outage in words: from when until when, and why."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from lab import times
from lab.models import Outage


def when(outage: Outage) -> str:
    """Both ends with their days; an end that nobody knows is told as that."""
    start = moment(outage.starts_at)
    if outage.ends_at is None:
        return _("{start}, end not known").format(start=start)
    return _("{start} to {end}").format(start=start, end=moment(outage.ends_at))


def reason(outage: Outage) -> str:
    return outage.reason or _("No reason given yet.")


def moment(at: datetime) -> str:
    """The day, as people call it, and the hour."""
    return f"{times.day(at)} {times.clock(at)}"

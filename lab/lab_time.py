"""The time zone in which the lab lives, whatever the browser or the server thinks."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings


def lab_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with the lab's offset; None stays None."""
    return moment.astimezone(lab_zone()).isoformat() if moment else None


def last_moment(day: date | None) -> datetime | None:
    """The end of a day until which something is valid; None stays None."""
    return datetime.combine(day, time.max, lab_zone()) if day else None

"""For how long what concerns people is kept; the page about privacy says the same."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

PASSAGES = timedelta(days=90)  # then only how many there were
PRESENCES = timedelta(days=90)
LOOKS = timedelta(days=365)
NOTICES = timedelta(days=365)
ALARMS = timedelta(days=365)  # those that are over; they name who took care
ORDERS = timedelta(days=365)  # to devices
ACCOUNTS = timedelta(days=3 * 365)  # without a sign of life


def last_day(now: datetime, kept: timedelta, zone: tzinfo) -> datetime:
    """The midnight before which nothing is kept: days go as a whole, so that they can be counted once."""
    day = (now - kept).astimezone(zone).date()
    return datetime.combine(day, time.min, zone)

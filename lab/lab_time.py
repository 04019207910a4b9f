"""The time zone in which the lab lives, whatever the browser or the server thinks."""

from zoneinfo import ZoneInfo

from django.conf import settings


def lab_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)

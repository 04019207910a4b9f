"""Moments and spans as people read them, in the lab's zone: 14 h 30 in French, 14:30 in English."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NBSP = "\u00a0"
JOIN = "\u2060"  # a line may break after a dash otherwise


def clock(moment: datetime) -> str:
    """The time of day."""
    local = timezone.localtime(moment)
    if not _french():
        return f"{local:%H:%M}"
    return f"{local.hour}{NBSP}h{NBSP}{local:%M}" if local.minute else f"{local.hour}{NBSP}h"


def day(value: date | datetime, *, today: date | None = None) -> str:
    """Today, tomorrow, yesterday, else the weekday and date."""
    wanted = timezone.localdate(value) if isinstance(value, datetime) else value
    today = today or timezone.localdate()
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((wanted - today).days)
    if near:
        return near
    return date_words(wanted, "l j F" if wanted.year == today.year else "l j F Y")


def date_words(value: date, form: str) -> str:
    """A date in Django's letters; the first of a month as the language says it."""
    return date_format(value, form.replace("j", r"j\e\r") if _french() and value.day == 1 else form)


def span(start: datetime, end: datetime) -> str:
    """From–to; the day of the end is told when it is another one."""
    local = timezone.localtime(end)
    tail = _("midnight") if local.hour == local.minute == 0 else clock(end)
    if timezone.localdate(end - timedelta(microseconds=1)) != timezone.localdate(start):
        tail = f"{_weekday(end)}{NBSP}{date_words(local, 'j')}{' à ' if _french() else ' '}{tail}"
    return f"{clock(start)}{NBSP}–{JOIN}{NBSP}{tail}" if _french() else f"{clock(start)}–{tail}"


def duration(length: timedelta) -> str:
    """Minutes below an hour, hours and minutes above."""
    minutes = round(length.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"


def length(minutes: int) -> str:
    """The same of a rule's minutes; whole days as days."""
    days, rest = divmod(minutes, 24 * 60)
    if days and not rest:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return duration(timedelta(minutes=minutes))


def wall_clock(at: time) -> str:
    """A time of day that belongs to no date, as opening hours do."""
    return clock(datetime.combine(date(2001, 1, 1), at, timezone.get_default_timezone()))


def age(moment: datetime, *, now: datetime) -> str:
    """How long ago, in one unit."""
    seconds = max(0, int((now - moment).total_seconds()))
    for limit, size, form in (
        (10, 1, _("just now")),
        (60, 1, _("{n} s ago")),
        (3600, 60, _("{n} min ago")),
        (86400, 3600, _("{n} h ago")),
    ):
        if seconds < limit:
            return form.format(n=seconds // size)
    return _("{n} d ago").format(n=seconds // 86400)


def soon(moment: datetime, *, now: datetime) -> str:
    """The time of day, with the weekday in front when that day is not today."""
    if timezone.localdate(moment) == timezone.localdate(now):
        return clock(moment)
    return f"{_weekday(moment)} {clock(moment)}"


def short_day(moment: datetime) -> str:
    """Weekday, day and month, abbreviated as the browser does it too."""
    return f"{_weekday(moment)} {date_words(timezone.localtime(moment), 'j N' if _french() else 'j M')}"


def next_quarter(now: datetime) -> datetime:
    """The next quarter of an hour; now when it is one."""
    return next_step(now, minutes=15)


def next_step(now: datetime, *, minutes: int) -> datetime:
    """The next time on a clock that counts in so many minutes; now when it is one."""
    late = timedelta(minutes=now.minute % minutes, seconds=now.second, microseconds=now.microsecond)
    return now - late + timedelta(minutes=minutes) if late else now


def _weekday(moment: datetime) -> str:
    short = date_format(timezone.localtime(moment), "D")
    return f"{short.lower()}." if _french() else short


def _french() -> bool:
    return (get_language() or "fr").startswith("fr")

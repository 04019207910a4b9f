"""Maintenance in words: what is left until it is due, how often it comes round, what a task asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import UpkeepPlan
from booking.rules.upkeep import Due
from lab import times

ROUGH = 10  # hours above which no fraction is told


def left(due: Due) -> str:
    """“In about 12 h of work or on 3 December”; what it is late by once that is over."""
    return _left(due.hours_left, due.at) or _("nothing is due")


def told(facts: dict[str, Any]) -> str:
    """The same out of what a notice keeps."""
    at = facts.get("due_at")
    said = _left(facts.get("hours_left"), datetime.fromisoformat(at) if at else None)
    return capfirst(said)


def every(plan: UpkeepPlan) -> str:
    """“Every 50 h of work or 6 months, whichever comes first”."""
    said = [_("{hours} h of work").format(hours=plan.every_hours) if plan.every_hours else "", _period(plan)]
    told = [one for one in said if one]
    words = _("every {what}").format(what=_(" or ").join(told))
    return _("{words}, whichever comes first").format(words=words) if len(told) > 1 else words


def hours(number: float) -> str:
    """Hours as one reads them off a counter: whole ones above ten."""
    rough = abs(number) >= ROUGH or round(number, 1) == round(number)
    return f"{number_format(round(number, 0 if rough else 1), 0 if rough else 1)}{times.NBSP}h"


def _left(number: float | None, at: datetime | None) -> str:
    """Of hours and date, what it is late by, else both."""
    late = [
        _hours(number) if number is not None and number <= 0 else "",
        _day(at) if at is not None and at <= timezone.now() else "",
    ]
    said = late if any(late) else [_hours(number), _day(at)]
    return _(" or ").join(filter(None, said))


def _hours(number: float | None) -> str:
    if number is None:
        return ""
    if number <= 0:
        return _("overdue by {hours} of work").format(hours=hours(-number))
    return _("in about {hours} of work").format(hours=hours(number))


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    form = _("overdue since {day}") if at <= timezone.now() else _("on {day}")
    return form.format(day=times.date_words(timezone.localdate(at), "j F Y"))


def _period(plan: UpkeepPlan) -> str:
    count = plan.every or 0
    if not count:
        return ""
    if plan.period == UpkeepPlan.Period.MONTH:
        return ngettext("month", "{count} months", count).format(count=count)
    return ngettext("week", "{count} weeks", count).format(count=count)

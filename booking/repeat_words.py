"""How a repetition reads: every Monday, 10 times, until 25 January 2027."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Max
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking import said
from booking.models import Booking, Series
from booking.queries.bookings import GONE
from booking.rules.repeat import BadRepeat, Repeat, parse
from booking.rules.series import occurrences
from lab.lab_time import lab_zone
from lab.spans import Span
from lab.times import date_words

WORKDAYS = tuple((0, day) for day in range(5))
NTH = {
    1: gettext_lazy("the first {weekday}"),
    2: gettext_lazy("the second {weekday}"),
    3: gettext_lazy("the third {weekday}"),
    4: gettext_lazy("the fourth {weekday}"),
    5: gettext_lazy("the fifth {weekday}"),
    -1: gettext_lazy("the last {weekday}"),
    -2: gettext_lazy("the last but one {weekday}"),
}


def booked(series: Series) -> str:
    """What the page says after a series was booked."""
    first = series.bookings.prefetch_related("claims__unit__resource").order_by("starts_at")[0]
    told = {"what": said.what(first), "often": lowered(sentence(series)), "name": first.member.display_name}
    if first.state == Booking.State.REQUESTED:
        return _("Asked for: {what}, {often}. A lab manager decides; you hear of it by mail.").format(**told)
    if first.booked_by_id != first.member_id:
        return _("Booked for {name}: {what}, {often}.").format(**told)
    return _("Booked: {what}, {often}.").format(**told)


def changed(series: Series) -> str:
    """What the page says after a series was changed."""
    return _("Changed: {often}.").format(often=lowered(sentence(series)))


def lowered(text: str) -> str:
    """The same inside a sentence."""
    return text[:1].lower() + text[1:]


def sentence(series: Series) -> str:
    """Of a series that was booked: what is left of it counts."""
    rule, first = parse(series.rule, lab_zone()), Span(series.starts_at, series.ends_at)
    rows = series.bookings.exclude(state__in=GONE).aggregate(count=Count("pk"), last=Max("starts_at"))
    often = how_often(rule, first.start.astimezone(lab_zone()).date())
    return _with_end(often, rows["count"], rows["last"]) if rows["count"] else often


def words(rule: Repeat, first: Span) -> str:
    """How often, how many times and until when, without the full stop."""
    often = how_often(rule, first.start.astimezone(lab_zone()).date())
    try:
        spans = occurrences(rule, first, lab_zone())
    except BadRepeat:
        return often
    return _with_end(often, len(spans), spans[-1].start)


def _with_end(often: str, count: int, last: datetime) -> str:
    times = ngettext("{count} time", "{count} times", count).format(count=count)
    day = date_words(last.astimezone(lab_zone()).date(), "l j F Y")
    return _("{often}, {times}, until {day}").format(often=often, times=times, day=day)


def how_often(rule: Repeat, first: date) -> str:
    """Every day, every Monday, the last Friday of every month; the rule itself where words would fail."""
    if rule.months or rule.positions or (rule.weekdays and rule.monthdays):
        return _by_rule(rule)
    if rule.freq == "DAILY":
        return _daily(rule)
    if rule.freq == "WEEKLY":
        return _weekly(rule, first)
    if rule.freq == "MONTHLY":
        return _monthly(rule, first)
    if rule.weekdays or rule.monthdays or rule.interval > 1:
        return _by_rule(rule)
    return _("Every year on {day}").format(day=date_words(first, "j F"))


def _daily(rule: Repeat) -> str:
    if rule.weekdays or rule.monthdays:
        return _weekly(rule, None) if rule.interval == 1 and rule.weekdays else _by_rule(rule)
    return ngettext("Every day", "Every {count} days", rule.interval).format(count=rule.interval)


def _weekly(rule: Repeat, first: date | None) -> str:
    weekdays = rule.weekdays or (((0, first.weekday()),) if first else ())
    if weekdays == WORKDAYS and rule.interval == 1:
        return _("Every weekday")
    days = _listed([str(WEEKDAYS[day]) for _nth, day in weekdays])
    every = ngettext("Every {days}", "Every {count} weeks on {days}", rule.interval)
    return every.format(count=rule.interval, days=days)


def _monthly(rule: Repeat, first: date) -> str:
    if any(nth not in NTH for nth, _day in rule.weekdays) or any(day < -1 for day in rule.monthdays):
        return _by_rule(rule)
    if rule.weekdays:
        named = [str(NTH[nth]).format(weekday=WEEKDAYS[day]) for nth, day in rule.weekdays]
    else:
        named = [_the_day(day) for day in rule.monthdays or (first.day,)]
    every = ngettext("Every month on {days}", "Every {count} months on {days}", rule.interval)
    return every.format(count=rule.interval, days=_listed(named))


def _the_day(day: int) -> str:
    return _("the last day") if day == -1 else _("day {day}").format(day=day)


def _by_rule(rule: Repeat) -> str:
    return _("By the rule {rule}").format(rule=str(rule).splitlines()[0])


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("{most} and {last}").format(most=", ".join(parts[:-1]), last=parts[-1])

"""Accounts of a month: what ran, for whom, on what, charged to which project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from booking.models import Project, UsageSession
from booking.queries.prices import hourly
from booking.rules.accounts import Amounts, SessionFacts, within
from lab.lab_time import lab_zone
from lab.models import Member
from lab.spans import Span

NOBODY = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A session with what it adds to the month, and its project."""

    session: UsageSession
    amounts: Amounts
    project: Project | None


@dataclass(slots=True)
class Line:
    """What one member, project or resource used in the month; `key` is a user name or slug, or empty."""

    key: str
    label: str
    amounts: Amounts = field(default_factory=Amounts)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The lines of a month, the dearest and longest first, and their sum."""

    lines: list[Line]
    total: Amounts


def month_of(day: date) -> Span:
    """The month of a day, from midnight to midnight on the lab's clock."""
    first = day.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    start, end = (datetime(one.year, one.month, 1, tzinfo=lab_zone()) for one in (first, after))
    return Span(start, end)


def entries(month: Span, *, now: datetime, member: Member | None = None) -> list[Entry]:
    """The sessions of a month, the newest first; of one member, where one is named."""
    rows = list(_sessions(month, member))
    prices = hourly({row.resource_id: row.resource for row in rows}.values())
    found = [(row, within(facts_of(row, prices, now=now), month)) for row in rows]
    return [Entry(row, amounts, project_of(row)) for row, amounts in found if amounts is not None]


def accounts(found: Iterable[Entry], by: str) -> Accounts:
    """Added up by `member`, `project` or `resource`."""
    name = NAMES[by]
    lines: dict[str, Line] = {}
    total = Amounts()
    for one in found:
        key, label = name(one)
        line = lines.setdefault(key, Line(key, label))
        line.amounts += one.amounts
        total += one.amounts
    ordered = sorted(lines.values(), key=lambda row: (-row.amounts.credits, -row.amounts.seconds, row.key))
    return Accounts(ordered, total)


def of_key(found: Iterable[Entry], by: str, key: str) -> list[Entry]:
    """Those of one line."""
    return [one for one in found if NAMES[by](one)[0] == key]


def months_of(member: Member, *, now: datetime, most: int) -> list[tuple[Span, Amounts]]:
    """The member's last months in which something ran, the newest first."""
    first = UsageSession.objects.filter(member=member).order_by("started_at").first()
    if first is None:
        return []
    zone = lab_zone()
    day, begun = now.astimezone(zone).date().replace(day=1), first.started_at.astimezone(zone).date()
    months: list[Span] = []
    while day >= begun.replace(day=1) and len(months) < most:
        months.append(month_of(day))
        day = date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
    whole = entries(Span(months[-1].start, months[0].end), now=now, member=member)
    prices = hourly({one.session.resource_id: one.session.resource for one in whole}.values())
    sums: dict[Span, Amounts] = defaultdict(Amounts)
    for one in whole:
        for month in months:
            part = within(facts_of(one.session, prices, now=now), month)
            if part is not None:
                sums[month] += part
    return [(month, sums[month]) for month in months if month in sums]


def project_of(session: UsageSession) -> Project | None:
    """That of its booking; of a session without one, its own."""
    return session.booking.project if session.booking else session.project


def facts_of(session: UsageSession, prices: dict[int, Decimal], *, now: datetime) -> SessionFacts:
    """`prices` are today's, for what goes on still; what is over keeps the price that it had."""
    price = session.credits_per_hour
    return SessionFacts(
        session.started_at,
        session.ended_at or max(now, session.started_at),
        session.busy_seconds,
        session.energy_wh,
        prices.get(session.resource_id, Decimal(0)) if price is None else price,
        sum((one.credits for one in session.materials.all()), Decimal(0)),
    )


def _sessions(month: Span, member: Member | None) -> QuerySet[UsageSession]:
    open_or_later = Q(ended_at=None) | Q(ended_at__gt=month.start) | Q(started_at__gte=month.start)
    rows = UsageSession.objects.filter(open_or_later, started_at__lt=month.end)
    if member is not None:
        rows = rows.filter(member=member)
    rows = rows.select_related("resource", "member", "project", "booking__project")
    return rows.prefetch_related("materials__material").order_by("-started_at", "-pk")


def _member(one: Entry) -> tuple[str, str]:
    member = one.session.member
    return (member.username, member.display_name) if member else (NOBODY, "")


def _project(one: Entry) -> tuple[str, str]:
    return (one.project.slug, one.project.name) if one.project else (NOBODY, "")


def _resource(one: Entry) -> tuple[str, str]:
    return one.session.resource.slug, one.session.resource.label


NAMES: dict[str, Callable[[Entry], tuple[str, str]]] = {
    "member": _member,
    "project": _project,
    "resource": _resource,
}

"""Accounts in words and in rows of a file: figures with units for people, bare ones for programs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from booking.queries.accounts import Entry, Line
from booking.rules.accounts import Amounts
from lab import times
from lab.lab_time import iso
from lab.spreadsheets import cell

KILO = 1000
HEAD = ("sessions", "minutes", "busy_minutes", "energy_wh", "time_credits", "material_credits", "credits")


def energy(watt_hours: float | None) -> str:
    """Wh below one kWh, kWh above; a dash where no meter told any."""
    if watt_hours is None:
        return "–"
    if watt_hours < KILO:
        return f"{number_format(round(watt_hours), 0)}{times.NBSP}Wh"
    return f"{number_format(watt_hours / KILO, 1)}{times.NBSP}kWh"


def in_credits(amount: Decimal) -> str:
    return number_format(amount, 2)


def label(line: Line, by: str) -> str:
    """What a line is called; one without a name says why."""
    if line.label:
        return line.label
    return _("nobody known") if by == "member" else _("no project")


def table(lines: Iterable[Line], by: str) -> str:
    """A file with a line each."""
    rows = ([line.key, label(line, by), *figures(line.amounts)] for line in lines)
    return _file((by, "name", *HEAD), rows)


def sessions(entries: Iterable[Entry]) -> str:
    """A file with a session each; times by ISO 8601 with the lab's offset."""
    head = ("session", "resource", "member", "project", "starts_at", "ends_at", *HEAD[1:])
    return _file(head, (_session(one) for one in entries))


def figures(amounts: Amounts) -> list[Any]:
    """Bare numbers with a decimal dot, in the order of `HEAD`; empty where no meter told any."""
    return [
        amounts.sessions,
        amounts.minutes,
        "" if amounts.busy_minutes is None else amounts.busy_minutes,
        "" if amounts.energy_wh is None else f"{amounts.energy_wh:.1f}",
        amounts.time_credits,
        amounts.material_credits,
        amounts.credits,
    ]


def _session(one: Entry) -> list[Any]:
    row = one.session
    return [
        row.pk,
        row.resource.slug,
        row.member.username if row.member else "",
        one.project.slug if one.project else "",
        iso(row.started_at),
        iso(row.ended_at) or "",
        *figures(one.amounts)[1:],
    ]


def _file(head: Iterable[str], rows: Iterable[list[Any]]) -> str:
    """Comma-separated; with the mark by which spreadsheets know UTF-8."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def lines(found: Iterable[Line], by: str) -> Iterator[tuple[Line, str]]:
    """Each with what it is called."""
    return ((line, label(line, by)) for line in found)

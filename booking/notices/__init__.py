"""Notices in sentences: what happened, to what, and what its reader can do; never more than was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from booking.models import Notice
from booking.notices.facts import Names, is_own
from booking.notices.lines import lines
from booking.notices.titles import call, title
from booking.notices.titles import path as path_of

Kind = Notice.Kind

# What somebody could miss to their loss; the rest is for those who want every mail.
IMPORTANT = frozenset(Kind) - {Kind.BOOKED, Kind.REQUESTED, Kind.REMINDER, Kind.OFFER_OVER}

__all__ = ["IMPORTANT", "Told", "is_own", "path_of", "told"]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it is read: a line, sentences, and where to go on."""

    notice: Notice
    title: str
    lines: list[str]
    path: str
    call: str


def told(notices: Iterable[Notice]) -> list[Told]:
    """The notices in the language that is active; two queries, however many."""
    rows = list(notices)
    names = Names.of(rows)
    return [Told(row, title(row, names), lines(row, names), path_of(row), call(row)) for row in rows]

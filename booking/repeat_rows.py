"""The dates of a series before they are booked, as a page shows them: each with its state and its choices."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking import phrases, said
from booking.actions.series import Elsewhere, Resolve
from booking.house import house
from booking.refusals import Alternative, Foreseen
from booking.rules.wishes import OVERRIDABLE
from lab import times
from lab.asked import within_reason
from lab.lab_time import iso
from lab.models import Resource
from lab.spans import Span

SKIP, OUT = "skip", "out"  # left out as the answer to a conflict, or because one likes
MOST_TOLD = 400


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be done about a date."""

    value: str
    words: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One date: `look` is free, asks, refused or skipped; it has `choices` where something is to decide."""

    at: datetime
    span: Span
    look: str
    words: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def out(self) -> str:
        """The value that leaves it out although it fits."""
        return _value(self.at, OUT)

    @property
    def moved(self) -> bool:
        return self.span.start != self.at


@dataclass(frozen=True, slots=True)
class Dates:
    """All of them: `seen` tells a later request that these dates were looked at.

    `aside` are the rules that a manager may set aside for them.
    """

    words: str
    rows: tuple[Row, ...]
    seen: str
    aside: tuple[Choice, ...] = ()

    @property
    def deciding(self) -> tuple[Row, ...]:
        """Those with something to decide, or decided already."""
        return tuple(row for row in self.rows if row.choices)

    @property
    def plain(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.choices)

    @property
    def conflicts(self) -> int:
        return sum(row.look == "refused" for row in self.rows)

    @property
    def booked(self) -> int:
        """How many would be booked."""
        return sum(row.look in {"free", "asks"} for row in self.rows)

    @property
    def asks(self) -> bool:
        return any(row.look == "asks" for row in self.rows)


def dates(
    found: Iterable[Foreseen],
    *,
    words: str,
    seen: str,
    told: Sequence[str] = (),
    leave: str = "",
    aside: Iterable[str] | None = None,
) -> Dates:
    """The rows of what is foreseen.

    `told` are the choices made so far, `leave` the words for leaving a date out; `aside` the rules that are
    set aside already, by somebody who may.
    """
    rows = list(found)
    slugs = {slug for row in rows for one in row.alternatives for slug in one.resources}
    slugs |= {slug for value in told for slug in value.split("|")[-1].split(",")}
    labels = {slug: row.label for slug, row in house().copies(slugs).items()}
    made = tuple(_row(row, told, labels, leave or _("Leave it out")) for row in rows)
    return Dates(words, made, seen, () if aside is None else _aside(rows, set(aside)))


def _aside(rows: Iterable[Foreseen], aside: set[str]) -> tuple[Choice, ...]:
    found = {
        one.code: one
        for row in rows
        for one in row.objections
        if one.blocks and one.code in OVERRIDABLE and (not row.fits or one.code in aside)
    }
    return tuple(Choice(code, phrases.title(one), code in aside) for code, one in found.items())


def signature(*told: object) -> str:
    """Changes with anything that the dates depend on."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def resolution(told: Sequence[str]) -> Resolve:
    """The choices of a page, as it sent them; what makes no sense is as if it were not chosen."""
    found: dict[datetime, Elsewhere | None] = {}
    for value in told[:MOST_TOLD]:
        at, *rest = value.split("|")
        moment = _moment(at)
        if moment is None:
            continue
        if rest in ([SKIP], [OUT]):
            found[moment] = None
        elif len(rest) == 3:
            other = _elsewhere(*rest)
            found |= {moment: other} if other else {}
    return found


def _row(row: Foreseen, told: Sequence[str], labels: dict[str, str], leave: str) -> Row:
    words = tuple(dict.fromkeys(said.detail(one) for one in row.objections))
    look = "skipped" if row.skipped else "refused" if not row.fits else "asks" if row.asks else "free"
    made = {value: value.split("|")[1:] for value in told if _moment(value.split("|")[0]) == row.at}
    if row.fits and (not made or [OUT] in made.values()):
        return Row(row.at, row.span, look, words)
    found = {
        _value(row.at, one.span, one.resources): _named(one, row.resources, labels)
        for one in row.alternatives
    }
    for value, parts in made.items():
        other = _elsewhere(*parts) if len(parts) == 3 else None
        if other:
            slugs = tuple(each.slug for each in other.resources) or row.resources
            found[value] = _named(Alternative(slugs, other.span), row.resources, labels)
    choices = [Choice(value, named, value in made) for value, named in found.items()]
    choices.append(Choice(_value(row.at, SKIP), leave, row.skipped))
    return Row(row.at, row.span, look, words, tuple(choices))


def _named(one: Alternative, resources: tuple[str, ...], labels: dict[str, str]) -> str:
    when = f"{times.short_day(one.span.start)} {times.span(one.span.start, one.span.end)}"
    if set(one.resources) == set(resources):
        return when
    return f"{', '.join(labels.get(slug, slug) for slug in one.resources)}, {when}"


def _value(at: datetime, what: str | Span, resources: Iterable[str] = ()) -> str:
    if isinstance(what, str):
        return f"{iso(at)}|{what}"
    return f"{iso(at)}|{iso(what.start)}|{iso(what.end)}|{','.join(resources)}"


def _elsewhere(start: str, end: str, slugs: str) -> Elsewhere | None:
    begins, ends = _moment(start), _moment(end)
    wanted = [slug for slug in slugs.split(",") if slug]
    rows: dict[str, Resource] = house().copies(wanted)
    if begins is None or ends is None or ends <= begins or len(rows) < len(set(wanted)):
        return None
    return Elsewhere(Span(begins, ends), tuple(rows[slug] for slug in wanted))


def _moment(told: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo and within_reason(found) else None

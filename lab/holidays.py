"""Public holidays of a country or one of its parts, by the `holidays` package; names of places by Babel."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

import holidays
from babel import Locale

NONE: frozenset[date] = frozenset()
HOME = "FR"
AHEAD = timedelta(days=800)

Group = tuple[str, list[tuple[str, str]]]


@lru_cache(maxsize=32)
def public_holidays(where: str) -> Container[date]:
    """The days of `FR`, or of `FR-57` with what Moselle adds; none for an empty or unknown place.

    The years are worked out as they are asked for.
    """
    calendar = _calendar(where, "")
    return calendar if calendar is not None else NONE  # an empty one has not worked out its years yet


def holiday_name(where: str, day: date, language: str) -> str:
    """What the place celebrates on that day, in the language where it is known; empty for a usual day."""
    calendar = _calendar(where, language)
    return str(calendar.get(day, "")) if calendar is not None else ""


def coming(where: str, *, since: date, language: str, number: int) -> list[tuple[date, str]]:
    """The next holidays with their names."""
    calendar = _calendar(where, language)
    if calendar is None:
        return []
    days = (since + timedelta(days=n) for n in range(AHEAD.days))
    return list(islice(((day, calendar[day]) for day in days if day in calendar), number))


def places(language: str) -> list[tuple[str, str] | Group]:
    """Choices for a form: the home country and its parts first, then every other country by name."""
    names = Locale.parse(language.replace("-", "_")).territories
    others = [
        (code, str(names[code]))
        for code in holidays.list_supported_countries(include_aliases=False)
        if code != HOME and code in names
    ]
    here = str(names[HOME])
    parts = [(f"{HOME}-{code}", f"{here}, {name}") for code, name in _parts()]
    return [(here, [(HOME, here), *parts]), ("…", sorted(others, key=lambda each: each[1]))]


def _parts() -> Iterator[tuple[str, str]]:
    """Code and name of the home country's parts that have a name."""
    aliases = holidays.country_holidays(HOME).subdivisions_aliases
    named: dict[str, str] = {}
    for name, code in aliases.items():
        if len(name) > len(named.get(code, "")):
            named[code] = name
    yield from sorted(named.items(), key=lambda each: each[1])


@lru_cache(maxsize=64)
def _calendar(where: str, language: str) -> holidays.HolidayBase | None:
    country, _, part = where.partition("-")
    if not country:
        return None
    try:
        plain = holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        return None
    known = plain.supported_languages or ()
    spoken = next((one for one in known if language and one.startswith(language[:2])), None)
    return holidays.country_holidays(country, subdiv=part or None, language=spoken) if spoken else plain

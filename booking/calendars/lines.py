"""Content lines of RFC 5545: text escaped, long lines folded, nothing that a parser could trip over."""

from __future__ import annotations

from datetime import UTC, date, datetime

from icalendar import vText
from icalendar.parser import Contentline, Parameters

LONGEST = 75  # octets
# Neither XML nor RFC 5545 has a place for these; a line feed is written as \n.
UNSPEAKABLE = dict.fromkeys([*range(10), *range(11, 32), 127, 0x2028, 0x2029])


def line(name: str, value: str) -> str:
    """One line, folded where it is long; `name` carries its parameters."""
    whole = f"{name}:{value}"
    if len(whole) <= LONGEST and whole.isascii():
        return whole
    folded: bytes = Contentline(whole).to_ical()  # type: ignore[no-untyped-call]
    return folded.decode()


def text(name: str, value: str) -> str:
    """A line of free text, which may say anything."""
    said = value.replace("\r\n", "\n").replace("\t", " ").translate(UNSPEAKABLE)
    return line(name, vText(said).to_ical().decode())


def utc(name: str, moment: datetime) -> str:
    return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def local(name: str, moment: datetime) -> str:
    """A time on its zone's wall clock; in UTC during the hour that comes twice, at its second coming."""
    if moment.fold and moment.utcoffset() != moment.replace(fold=0).utcoffset():
        return utc(name, moment)
    return line(f"{name};TZID={moment.tzinfo}", f"{moment:%Y%m%dT%H%M%S}")


def whole_day(name: str, day: date) -> str:
    return f"{name};VALUE=DATE:{day:%Y%m%d}"


def person(name: str, address: str, **parameters: str) -> str:
    """ORGANIZER or ATTENDEE: `CN` is a person's name, however it is written."""
    told = {
        key: value.replace('"', "'").translate(UNSPEAKABLE | {10: None}) for key, value in parameters.items()
    }
    return line(f"{name};{Parameters(told).to_ical().decode()}", f"mailto:{address}")

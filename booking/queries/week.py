"""The planning of several days at once: every unit's bookings as plain numbers, cheap by the thousand."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from booking.held import booked_rows
from booking.house import House, house, outages
from lab.lab_time import lab_zone
from lab.models import Resource
from lab.spans import Span, merged, without


class Booked(NamedTuple):
    """A booking on a unit; times are Unix seconds."""

    booking: int
    start: int
    end: int
    state: str
    member: int


class UnitWeek(NamedTuple):
    """A unit with its bookings in order of time."""

    unit: int
    number: int
    booked: list[Booked]


class ResourceWeek(NamedTuple):
    """A resource's stretch of time: when it can't be booked, and its units."""

    resource: Resource
    closed: list[Span]
    down: list[Span]
    units: list[UnitWeek]


def week(resources: Collection[Resource], window: Span) -> list[ResourceWeek]:
    """The resources in the order given, with what touches the window; three queries for all of them."""
    known, zone = house(), lab_zone()
    down = outages([row.pk for row in resources], window)
    booked = _by_unit(known, resources, window)
    closed: dict[int, list[Span]] = {}  # neighbours share their space's opening
    found = []
    for row in resources:
        place = known.places[row.pk]
        shared = id(place.opening)
        if shared not in closed:
            closed[shared] = list(without(window, place.opening.within(window, zone)))
        units = [UnitWeek(unit, known.units[unit][1], booked.get(unit, [])) for unit in place.units]
        found.append(ResourceWeek(row, closed[shared], list(merged(down.get(row.pk, ()))), units))
    return found


def _by_unit(known: House, resources: Collection[Resource], window: Span) -> dict[int, list[Booked]]:
    units = [unit for row in resources for unit in known.places[row.pk].units]
    rows = booked_rows(units, window)
    return {
        unit: [Booked._make(row[1:]) for row in found] for unit, found in groupby(rows, key=itemgetter(0))
    }

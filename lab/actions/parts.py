"""What belongs to a row but lies in rows of its own: how it is told as one value, and put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from lab.models import Link, OpeningHours, Resource, Seat, Training, Zone


@dataclass(frozen=True, slots=True)
class Part:
    """`read` gives JSON; `write` None where nobody but its own page may put it back."""

    label: Any
    read: Callable[[Any], Any]
    write: Callable[[Any, Any], None] | None = None


def week_of(zone: Zone) -> list[list[Any]]:
    """Weekday, opening and closing (`HH:MM`) of each opening."""
    rows = zone.hours.order_by("weekday", "opens").values_list("weekday", "opens", "closes")
    return [[day, f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, opens, closes in rows]


def set_week(zone: Zone, week: Sequence[Sequence[Any]]) -> None:
    zone.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(
            zone=zone, weekday=day, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
        )
        for day, opens, closes in week
    )


def programmes_of(resource: Resource) -> list[int]:
    return sorted(resource.programmes.values_list("pk", flat=True))


def set_programmes(resource: Resource, programmes: Sequence[int]) -> None:
    resource.programmes.set(programmes)


def links_of(resource: Resource) -> list[list[Any]]:
    """Other resource, why and how many units of each link."""
    return [list(row) for row in resource.links.order_by("also").values_list("also", "why", "units")]


def set_links(resource: Resource, links: Sequence[Sequence[Any]]) -> None:
    resource.links.all().delete()
    Link.objects.bulk_create(
        Link(resource=resource, also_id=also, why=why, units=units) for also, why, units in links
    )


def units_of(resource: Resource) -> list[int]:
    return list(resource.units.order_by("number").values_list("number", flat=True))


def seats_of(training: Training) -> list[list[int]]:
    """Member and number of each seat that is taken."""
    return [list(row) for row in training.taken.order_by("number").values_list("member", "number")]


def set_seats(training: Training, seats: Sequence[Sequence[int]]) -> None:
    training.taken.all().delete()
    Seat.objects.bulk_create(
        Seat(training=training, member_id=member, number=number) for member, number in seats
    )


PARTS: dict[type[Model], dict[str, Part]] = {
    Zone: {"week": Part(_("opening hours"), week_of, set_week)},
    Resource: {
        "programmes": Part(_("open to"), programmes_of, set_programmes),
        "links": Part(_("claimed with it"), links_of, set_links),
        "units": Part(_("units"), units_of),  # one may be claimed meanwhile
    },
    Training: {"seats": Part(_("signed up"), seats_of, set_seats)},
}

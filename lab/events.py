"""What other programs can be told of: every event with what it means, by what it is about."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Group(NamedTuple):
    """Events about the same kind of thing."""

    label: Words
    events: dict[str, Words]


GROUPS = (
    Group(
        _("Bookings"),
        {
            "booking.created": _("A booking is made or asked for"),
            "booking.changed": _("It gets another time, resource, purpose, member or state"),
            "booking.cancelled": _("It is cancelled or declined"),
            "booking.started": _("Whoever booked has come"),
            "booking.finished": _("Its time is over"),
            "booking.missed": _("Nobody came, the time is given free"),
        },
    ),
    Group(
        _("Readers"),
        {
            "access.granted": _("A reader lets somebody pass or work"),
            "access.refused": _("A reader refuses somebody"),
        },
    ),
    Group(
        _("Machines"),
        {
            "session.started": _("A machine begins to be used"),
            "session.ended": _("Its use is over"),
            "resource.outage": _("A resource is out of order, or will be"),
            "resource.restored": _("A resource works again"),
        },
    ),
    Group(
        _("Devices"),
        {
            "device.discovered": _("A device is heard for the first time"),
            "device.offline": _("A device is lost"),
            "device.online": _("A lost device is back"),
        },
    ),
    Group(
        _("Alarms"),
        {
            "alarm.raised": _("An alarm is raised"),
            "alarm.acknowledged": _("Somebody takes care of it"),
            "alarm.cleared": _("An alarm is over"),
        },
    ),
)
NAMES: dict[str, Words] = {name: words for group in GROUPS for name, words in group.events.items()}
TEST = "test.sent"

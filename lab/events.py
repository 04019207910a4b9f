"""What other programs can be told of: every event with what it means."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: dict[str, dict[str, str | Promise]] = {
    "booking": {
        "booking.created": _("A booking is made or asked for"),
        "booking.changed": _("A booking gets another time, resource, purpose, member or state"),
        "booking.cancelled": _("A booking is cancelled or declined"),
        "booking.started": _("Whoever booked has come"),
        "booking.finished": _("A booking is over"),
        "booking.missed": _("Nobody came, the time is given free"),
    },
    "access": {
        "access.granted": _("A reader lets somebody pass or work"),
        "access.refused": _("A reader refuses somebody"),
    },
    "session": {
        "session.started": _("A machine begins to run"),
        "session.ended": _("A machine has stopped"),
    },
    "resource": {
        "resource.outage": _("A resource is out of order, or will be"),
        "resource.restored": _("A resource works again"),
    },
    "device": {
        "device.discovered": _("A device is heard for the first time"),
        "device.offline": _("A device is lost"),
        "device.online": _("A device is back"),
    },
    "alarm": {
        "alarm.raised": _("An alarm is raised"),
        "alarm.acknowledged": _("Somebody takes care of an alarm"),
        "alarm.cleared": _("An alarm is over"),
    },
}
NAMES: dict[str, str | Promise] = {name: words for group in EVENTS.values() for name, words in group.items()}
TEST = "test.sent"

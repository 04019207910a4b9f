"""What becomes of each kind of row that names a member: no new kind goes without a decision."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Field, ManyToOneRel, Model

from lab.models import Member


class Fate(StrEnum):
    """When the member is erased. What is kept names an account then that tells nothing about anybody."""

    DELETED = "deleted"
    DETACHED = "detached"  # the row stays and names nobody
    KEPT = "kept"


class Relation(NamedTuple):
    """Rows of `model` name the member in `field`; `own` are about the member, not only signed by them."""

    model: type[Model]
    field: Field[Any, Any]
    fate: Fate
    own: bool

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"


OWN = {
    "account.EmailAddress.user": Fate.DELETED,
    "booking.AccessEvent.member": Fate.DETACHED,
    "booking.Booking.member": Fate.KEPT,
    "booking.Enrolment.claimed_by": Fate.DELETED,
    "booking.FaultReport.member": Fate.DETACHED,
    "booking.Feed.member": Fate.DELETED,
    "booking.MaterialUse.member": Fate.KEPT,
    "booking.NoShow.member": Fate.DELETED,
    "booking.Notice.member": Fate.DELETED,
    "booking.Presence.member": Fate.DELETED,
    "booking.Project.member": Fate.DELETED,
    "booking.Series.member": Fate.KEPT,
    "booking.UsageSession.member": Fate.KEPT,
    "booking.Wait.member": Fate.DELETED,
    "lab.ApiToken.member": Fate.DELETED,
    "lab.Award.member": Fate.DELETED,
    "lab.Badge.member": Fate.DELETED,
    "lab.Look.about": Fate.DELETED,
    "lab.Seat.member": Fate.DELETED,
}
SIGNED = {
    "admin.LogEntry.user": Fate.KEPT,
    "booking.Booking.booked_by": Fate.KEPT,
    "booking.Change.by": Fate.KEPT,
    "booking.CodeTry.member": Fate.DELETED,
    "booking.FaultReport.decided_by": Fate.KEPT,
    "booking.Hit.decided_by": Fate.KEPT,
    "booking.HourMark.by": Fate.KEPT,
    "booking.IdempotencyKey.member": Fate.DELETED,
    "booking.Mailbox.member": Fate.DELETED,
    "booking.MaterialUse.entered_by": Fate.KEPT,
    "booking.NoShow.decided_by": Fate.KEPT,
    "booking.Presence.ended_by": Fate.KEPT,
    "booking.UpkeepVisit.by": Fate.KEPT,
    "booking.UsageSession.assisted_by": Fate.KEPT,
    "devices.Alarm.acknowledged_by": Fate.KEPT,
    "devices.AlarmMute.by": Fate.KEPT,
    "devices.Capture.by": Fate.DETACHED,
    "devices.Device.claimed_by": Fate.KEPT,
    "devices.Order.by": Fate.DETACHED,
    "devices.Split.by": Fate.KEPT,
    "lab.Award.awarded_by": Fate.KEPT,
    "lab.Hook.created_by": Fate.KEPT,
    "lab.Look.by": Fate.KEPT,
}


def relations() -> Iterator[Relation]:
    """Every kind of row that names members.

    Raises:
        KeyError: for one without a decision.
    """
    for found in Member._meta.get_fields(include_hidden=True):
        if not isinstance(found, ManyToOneRel):
            continue
        model: type[Model] = found.related_model
        if model._meta.auto_created:  # the rows between two models: `groups` and the like
            continue
        field = found.field
        label = f"{model._meta.label}.{field.name}"
        yield Relation(model, field, OWN[label] if label in OWN else SIGNED[label], label in OWN)

"""A device with several outputs speaks for several machines: some channels become a device of their own.

What was said before stays where it was said; from then on the part says it, under plain names: `power_2` of
the whole is `power` of the part. What it obeys stays with the whole, which alone has an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from devices.models import Channel, Control, Device, Split
from lab.models import Member

Row = tuple[str, str, str, str, int]  # device, channel, part, its channel, since when in Unix nanoseconds

PROFILE = "part"  # no family: it obeys nothing, and no reader is one
_NUMBERED = re.compile(r"(.*[^_-])[_-]([0-9]{1,2}|[abc])")


class Taken(Exception):
    """There is a device of that name already."""


def splittable(device: Device) -> QuerySet[Channel]:
    """Channels that another device could say: no part's already, and nothing that can be switched."""
    gone = Split.objects.filter(device=device, key=OuterRef("key"))
    obeyed = Control.objects.filter(device=device, key=OuterRef("key"))
    return device.channels.exclude(Exists(gone)).exclude(Exists(obeyed))


def plain(keys: Sequence[str]) -> dict[str, str]:
    """What these channels are called as channels of a part: without number or phase, where that is clear."""
    short = {key: found[1] if (found := _NUMBERED.fullmatch(key)) else key for key in keys}
    return short if len(set(short.values())) == len(keys) else {key: key for key in keys}


@transaction.atomic
def split(
    *,
    device: Device,
    channels: Iterable[Channel],
    name: str,
    label: str,
    place: dict[str, Any],
    by: Member,
    now: datetime,
) -> Device:
    """Let these channels speak for a place of their own from now on.

    Raises:
        Taken: when the name is another device's.
    """
    rows = list(channels)
    try:
        with transaction.atomic():
            part = Device.objects.create(
                name=name,
                label=label,
                profile=PROFILE,
                claimed_at=now,
                claimed_by=by,
                placed_at=now,
                behind=device,
                online=device.online,
                status_at=now,
                expected_interval=device.expected_interval,
                **place,
            )
    except IntegrityError:
        raise Taken(name) from None
    keys = plain([row.key for row in rows])
    Channel.objects.bulk_create(
        Channel(device=part, key=keys[row.key], unit=row.unit, label=row.label, keep_days=row.keep_days)
        for row in rows
    )
    Split.objects.bulk_create(
        Split(device=device, key=row.key, part=part, part_key=keys[row.key], since=now, by=by) for row in rows
    )
    return part


@transaction.atomic
def give_back(*, part: Device) -> None:
    """The whole says again what this part said; the part keeps what it said and speaks for nothing."""
    part.split_from.all().delete()
    part.resource = part.door = part.zone = None
    part.claimed_at, part.claimed_by, part.ignored = None, None, True
    part.save()


def in_use() -> list[Row]:
    """As the bridge wants them."""
    rows = Split.objects.order_by().values_list("device__name", "key", "part__name", "part_key", "since")
    return [(*names, round(since.timestamp() * 1e6) * 1000) for *names, since in rows]  # type: ignore[misc]

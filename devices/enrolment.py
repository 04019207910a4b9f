"""A device's account on the broker: given, renewed while the old one still counts, taken back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from devices.credentials import hash_password
from devices.models import Device
from devices.rules.renewal import InForce, Renewal, in_force
from lab.models import Member

GRACE = timedelta(days=7)  # a manager finds the time to go to a door
SHOWN = 8

MADE = gettext_noop("Registered, with its first password")
ISSUED = gettext_noop("New password; the old one ended at once")
RENEWED = gettext_noop("New password; the old one counts until the device has used it")
REVOKED = gettext_noop("Account revoked")


@transaction.atomic
def issue_credential(*, device: Device, now: datetime, by: Member | None = None) -> str:
    """A new MQTT password, returned in clear this once; the old one ends, and so does the reader's key."""
    password = _issue(device, now)
    _log(device, CHANGE, ISSUED, by, now)
    return password


def _issue(device: Device, now: datetime) -> str:
    password = secrets.token_urlsafe(24)
    device.credential, device.key_salt = hash_password(password), secrets.token_hex(16)
    device.credential_at, device.revoked = now, False
    _forget_next(device)
    device.save(update_fields=["credential", "key_salt", "credential_at", "revoked", *NEXT])
    return password


@transaction.atomic
def renew(*, device: Device, now: datetime, by: Member | None = None) -> str:
    """A new MQTT password, returned in clear this once; the old one counts until the device has used it.

    One that was never connected, or is revoked, has nothing to lose: its new one counts at once.
    """
    if not can_wait(device):
        return issue_credential(device=device, now=now, by=by)
    password = secrets.token_urlsafe(24)
    device.next_credential, device.next_salt = hash_password(password), secrets.token_hex(16)
    device.next_at, device.next_until = now, now + GRACE
    device.save(update_fields=[*NEXT])
    _log(device, CHANGE, RENEWED, by, now)
    return password


def can_wait(device: Device) -> bool:
    """May the old credential stay beside a new one? Only if the device has spoken with it."""
    if not device.credential or device.revoked:
        return False
    return device.status_at is not None or bool(device.firmware) or device.channels.exists()


@transaction.atomic
def revoke(*, device: Device, now: datetime, by: Member | None = None) -> None:
    """End a device's account: the broker puts it out, and only a new credential lets it in again."""
    device.revoked, device.credential = True, ""
    _forget_next(device)
    device.save(update_fields=["revoked", "credential", *NEXT])
    _log(device, CHANGE, REVOKED, by, now)


@transaction.atomic
def register(
    *, name: str, profile: str, label: str = "", now: datetime, by: Member | None = None
) -> tuple[Device, str]:
    """Make a device that has not spoken yet, with its credential.

    Raises:
        IntegrityError: when the name is taken.
    """
    device = Device.objects.create(name=name, profile=profile, label=label)
    password = _issue(device, now)
    _log(device, ADDITION, MADE, by, now)
    return device, password


def mark(device: Device) -> str:
    """Another one after each change of its account: a form that is sent twice gives no second password."""
    known = f"{device.key_salt} {device.next_salt} {device.revoked}"
    return hashlib.sha256(known.encode()).hexdigest()[:16]


def history(device: Device) -> QuerySet[LogEntry]:
    """Who gave and took it what, the newest first."""
    kind = ContentType.objects.get_for_model(Device)
    lines = LogEntry.objects.filter(content_type=kind, object_id=str(device.pk)).select_related("user")
    return lines.order_by("-action_time", "-pk")[:SHOWN]


def settle(*, now: datetime, attended: Callable[[str], Attended] | None = None) -> dict[str, str]:
    """Whose credential is not the one in the table just now; what was proved becomes the only one.

    `attended` is what the broker knows of an account's connections; without it the device's own word has to
    do, which can be old: not everybody leaves a last will.
    """
    waiting = {}
    for device in Device.objects.exclude(next_credential=""):
        counts = in_force(_renewal(device, now, attended), now=now)
        if counts is InForce.PROVED:
            _change_over(device, now)
        elif counts is InForce.NEW:
            waiting[device.name] = device.next_credential
    return waiting


class Attended(Protocol):
    """When somebody came and went, by whoever knows."""

    @property
    def online(self) -> bool: ...
    @property
    def connected_at(self) -> datetime | None: ...
    @property
    def away_at(self) -> datetime | None: ...


NEXT = ("next_credential", "next_salt", "next_at", "next_until")


def _renewal(device: Device, now: datetime, attended: Callable[[str], Attended] | None) -> Renewal:
    seen = attended(device.name) if attended else device
    since, until = device.next_at or now, device.next_until or now
    return Renewal(since, until, seen.online, seen.connected_at, seen.away_at)


def _change_over(device: Device, now: datetime) -> None:
    """Only if nobody gave it another credential meanwhile."""
    Device.objects.filter(pk=device.pk, next_credential=device.next_credential).update(
        credential=device.next_credential,
        key_salt=device.next_salt,
        credential_at=device.next_at or now,
        next_credential="",
        next_salt="",
        next_at=None,
        next_until=None,
    )


def _forget_next(device: Device) -> None:
    device.next_credential = device.next_salt = ""
    device.next_at = device.next_until = None


def _log(device: Device, flag: int, said: str, by: Member | None, now: datetime) -> None:
    """A line for the log of the house; no password ever stands in one."""
    if by is not None:
        LogEntry.objects.create(
            user=by,
            content_type=ContentType.objects.get_for_model(Device),
            object_id=str(device.pk),
            object_repr=str(device)[:200],
            action_flag=flag,
            change_message=said,
            action_time=now,
        )

"""Serial ports: which are in service, how they fare, and what a manager changes about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet

from devices import serial_keys
from devices.models import Device, SerialPort
from devices.rules.serial import Kind
from lab.models import Member

INSTALLING = timedelta(minutes=5)  # a reader takes its first key over one that everybody knows


def all_ports() -> QuerySet[SerialPort]:
    return SerialPort.objects.select_related("device__resource", "device__door", "device__zone")


def in_service() -> QuerySet[SerialPort]:
    """Ports that are to be served; a revoked device has no voice here either."""
    return all_ports().filter(enabled=True, device__revoked=False)


def is_installing(port: SerialPort, now: datetime) -> bool:
    return port.install_until is not None and port.install_until > now


@transaction.atomic
def connect(
    *,
    name: str,
    kind: Kind,
    url: str,
    options: str,
    key: bytes | None,
    secret: bytes,
    by: Member | None,
    now: datetime,
) -> SerialPort:
    """Hang a device on a serial line, or change how it hangs there; a device that nobody knows is made.

    `key` is the one that an OSDP reader has; without it a new port gets one of ours, an old one keeps it.

    Raises:
        IntegrityError: the line serves another device.
    """
    device, _ = Device.objects.get_or_create(name=name, defaults={"profile": kind.profile})
    port = SerialPort.objects.filter(device=device).first() or SerialPort(device=device)
    if key is not None or not port.key_salt:
        serial_keys.renew(port, secret, known=key)
    port.kind, port.url, port.options = kind.name, url, options
    new = port.pk is None
    port.enabled, port.trouble, port.trouble_at = True, "", now
    port.save()
    _log(
        port,
        ADDITION if new else CHANGE,
        f"{kind.name} {url} {options}{' with a key' if key else ''}",
        by,
        now,
    )
    return port


@transaction.atomic
def switch(*, port: SerialPort, enabled: bool, by: Member, now: datetime) -> None:
    """
    Raises:
        IntegrityError: the line serves another device.
    """
    port.enabled, port.trouble, port.trouble_at, port.install_until = enabled, "", now, None
    port.save(update_fields=["enabled", "trouble", "trouble_at", "install_until"])
    _log(port, CHANGE, "taken into service" if enabled else "taken out of service", by, now)


@transaction.atomic
def begin_installing(*, port: SerialPort, by: Member, now: datetime) -> None:
    """For some minutes, let an OSDP reader that has none take its key."""
    port.install_until = now + INSTALLING
    port.save(update_fields=["install_until"])
    _log(port, CHANGE, f"its reader may take a key until {port.install_until.isoformat()}", by, now)


@transaction.atomic
def disconnect(*, port: SerialPort, by: Member, now: datetime) -> None:
    """Take a device off its line; the device itself stays."""
    _log(port, DELETION, "", by, now)
    port.delete()


def note(troubles: Mapping[str, str], *, answering: Collection[str], now: datetime) -> None:
    """How the ports fare, by device; what did not change is not written. Who answers has its key."""
    for port in SerialPort.objects.filter(device__name__in=list(troubles)).select_related("device"):
        trouble = troubles[port.device.name]
        if trouble != port.trouble:
            SerialPort.objects.filter(pk=port.pk).update(trouble=trouble[:200], trouble_at=now)
        if port.install_until is not None and port.device.name in answering:
            SerialPort.objects.filter(pk=port.pk).update(install_until=None)


def _log(port: SerialPort, flag: int, said: str, by: Member | None, now: datetime) -> None:
    """A line for the log of the house; no key ever stands in one."""
    if by is not None:
        LogEntry.objects.create(
            user=by,
            content_type=ContentType.objects.get_for_model(SerialPort),
            object_id=str(port.pk),
            object_repr=str(port)[:200],
            action_flag=flag,
            change_message=said[:1000],
            action_time=now,
        )

"""Serial ports: which are in service, how they fare, and what a manager changes about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from devices import serial_keys
from devices.models import Device, SerialPort
from devices.rules.serial import Kind

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
    *, name: str, kind: Kind, url: str, options: str, key: bytes | None, secret: bytes, now: datetime
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
    port.enabled, port.trouble, port.trouble_at = True, "", now
    port.save()
    return port


def switch(*, port: SerialPort, enabled: bool) -> None:
    port.enabled, port.trouble, port.install_until = enabled, "", None
    port.save(update_fields=["enabled", "trouble", "install_until"])


def begin_installing(*, port: SerialPort, now: datetime) -> None:
    """For some minutes, let an OSDP reader that has none take its key."""
    port.install_until = now + INSTALLING
    port.save(update_fields=["install_until"])


def note(troubles: Mapping[str, str], *, answering: Collection[str], now: datetime) -> None:
    """How the ports fare, by device; what did not change is not written. Who answers has its key."""
    for port in SerialPort.objects.filter(device__name__in=list(troubles)).select_related("device"):
        trouble = troubles[port.device.name]
        if trouble != port.trouble:
            SerialPort.objects.filter(pk=port.pk).update(trouble=trouble[:200], trouble_at=now)
        if port.install_until is not None and port.device.name in answering:
            SerialPort.objects.filter(pk=port.pk).update(install_until=None)

"""What a new reader is told, once: where the broker is, who it is there, and the keys of its list."""

from __future__ import annotations

from typing import Any

from devices.models import Device
from devices.reader_keys import reader_key, site_key
from lab.config import Broker


def document(
    device: Device, password: str, *, broker: Broker, secret: bytes, language: str, ca: str = ""
) -> dict[str, Any]:
    """The content of a reader's `reader.json`; whoever has it is that reader. `ca` is PEM, for TLS."""
    where: dict[str, Any] = {"host": broker.host, "port": broker.port, "tls": broker.tls}
    return {
        "name": device.name,
        "for": "machine" if device.resource_id else "door",
        "password": password,
        "key": reader_key(device, secret, salt=device.next_salt).hex(),
        "site_key": site_key(secret).hex(),
        "broker": where | {"ca": ca} if ca else where,
        "language": language,
    }

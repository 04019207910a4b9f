"""What a new device is told, once: where the broker is, who it is there, and for a reader its list's keys."""

from __future__ import annotations

import json
from typing import Any

from devices.models import Device
from devices.reader_keys import reader_key, site_key
from lab.config import Broker


def document(
    device: Device, password: str, *, broker: Broker, secret: bytes, language: str, ca: str = ""
) -> dict[str, Any]:
    """The content of a reader's `reader.json`; whoever has it is that reader. `ca` is PEM, for TLS.

    The keys are those that go with the newest credential, also while the old one still counts.
    """
    return {
        "name": device.name,
        "for": "machine" if device.resource_id or device.zone_id else "door",
        "password": password,
        "key": reader_key(device, secret, salt=device.next_salt).hex(),
        "site_key": site_key(secret).hex(),
        "broker": _where(broker, ca),
        "language": language,
    }


def plain_document(device: Device, password: str, *, broker: Broker, ca: str = "") -> dict[str, Any]:
    """The same for a device that decides nothing by itself."""
    return {"name": device.name, "password": password, "broker": _where(broker, ca)}


def in_one_line(told: dict[str, Any]) -> str:
    """As a QR code holds it and a reader takes it: JSON without blanks, in ASCII."""
    return json.dumps(told, separators=(",", ":"))


def esphome_secrets(told: dict[str, Any]) -> str:
    """The lines of ESPHome's `secrets.yaml` that tell the same; JSON's texts are YAML's, too."""
    broker, wifi = told["broker"], told.get("wifi")
    lines = [f"mqtt_broker: {json.dumps(broker['host'])}", f"mqtt_password: {json.dumps(told['password'])}"]
    if wifi:
        names = zip(("wifi_ssid", "wifi_password"), wifi, strict=True)
        lines += [f"{name}: {json.dumps(word, ensure_ascii=False)}" for name, word in names]
    if ca := broker.get("ca"):
        lines += ["mqtt_ca: |", *(f"  {line}" for line in ca.strip().splitlines())]
    return "\n".join(lines) + "\n"


def is_reader(device: Device) -> bool:
    """Does it decide about taps, so that it needs the keys of a list?"""
    return bool(device.door_id) or device.profile.endswith("reader")


def _where(broker: Broker, ca: str) -> dict[str, Any]:
    where: dict[str, Any] = {"host": broker.host, "port": broker.port, "tls": broker.tls}
    return where | {"ca": ca} if ca and broker.tls else where

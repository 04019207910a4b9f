"""How devices, readings and dead letters look as JSON."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from devices import history
from devices.epc import decoded
from devices.letters import DeadLetter
from devices.queries import DeviceView
from lab.lab_time import iso
from lab.paging import address


def device(view: DeviceView) -> dict[str, Any]:
    """A device with its channels and newest values."""
    row = view.device
    return {
        "device": row.name,
        "label": str(row),
        "profile": row.profile,
        "firmware": row.firmware,
        "claimed": row.claimed,
        "ignored": row.ignored,
        "status": view.status,
        "status_at": iso(row.status_at),
        "freshness": view.freshness,
        "freshness_reason": view.why,
        "resource": row.resource.slug if row.resource else None,
        "door": row.door.slug if row.door else None,
        "zone": row.zone.slug if row.zone else None,
        "channels": [
            {
                "key": channel.key,
                "unit": channel.unit,
                "label": channel.label,
                "value": channel.value,
                "at": iso(channel.at),
                "freshness": channel.freshness,
                "freshness_reason": channel.why,
            }
            for channel in view.channels
        ],
    }


def readings(request: HttpRequest, channel: str, found: history.Page) -> dict[str, Any]:
    """Points as `[Unix seconds, value]`."""
    return {
        "channel": channel,
        "unit": found.unit,
        "step": found.step,
        "points": found.points,
        "next": address(request, after=found.next) if found.next else None,
    }


def reads(request: HttpRequest, found: Sequence[history.Dwell], limit: int) -> dict[str, Any]:
    """Stays of tags; `rssi` is the mean of a stay in dBm."""
    items = [_dwell(dwell) for dwell in found[:limit]]
    more = len(found) > limit
    return {"items": items, "next": address(request, before=found[limit - 1].id) if more else None}


def _dwell(dwell: history.Dwell) -> dict[str, Any]:
    return {
        "epc": dwell.epc,
        "antenna": dwell.antenna,
        "first_seen": iso(dwell.first_seen),
        "last_seen": iso(dwell.last_seen),
        "count": dwell.count,
        "rssi": _dbm(dwell.rssi),
        "rssi_min": dwell.rssi_min,
        "rssi_max": dwell.rssi_max,
        **_named(dwell.epc),
    }


def _named(epc: str) -> dict[str, str | None]:
    """What a GS1 EPC says; nothing of any other."""
    found = decoded(epc)
    return {
        "uri": found.uri if found else None,
        "scheme": found.scheme if found else None,
        "company_prefix": found.company if found else None,
        "serial": found.serial if found else None,
    }


def _dbm(strength: float | None) -> float | None:
    return None if strength is None else round(strength, 2)


def dead_letters(request: HttpRequest, found: Sequence[DeadLetter], limit: int) -> dict[str, Any]:
    """Raw bytes as base64, and as text where they are text."""
    items = [dead_letter(letter) for letter in found[:limit]]
    more = len(found) > limit
    return {"items": items, "next": address(request, before=items[-1]["id"]) if more else None}


def dead_letter(letter: DeadLetter) -> dict[str, Any]:
    """One of them; `version` is that of the decoders that failed on it, `size` what it had in all."""
    try:
        text = letter.payload.decode()
    except UnicodeDecodeError:
        text = None
    return {
        "id": letter.id,
        "at": iso(letter.at),
        "topic": letter.topic,
        "reason": letter.reason,
        "code": letter.code,
        "device": letter.device,
        "decoder": letter.decoder,
        "version": letter.version,
        "size": letter.size or len(letter.payload),
        "payload": base64.b64encode(letter.payload).decode(),
        "text": text,
    }

"""Devices in service: found by a word, narrowed to those that need a look, a screenful at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from devices.queries import DeviceView
from devices.rules.freshness import Freshness

SHOWN = 40


def narrowed(request: HttpRequest, claimed: Iterable[DeviceView], locked: set[int]) -> dict[str, Any]:
    """Context: `found` DeviceViews that are shown, `matching` how many there are, `troubled` how many need a
    look, and what was asked: `q`, `only_troubled`. `locked` are the readers that nobody listens to now.
    """
    q = request.GET.get("q", "").replace("\0", "")[:60].strip()
    only = request.GET.get("only") == "trouble"
    rows = list(claimed)
    troubled = [view for view in rows if view.freshness != Freshness.FRESH or view.device.pk in locked]
    matching = [view for view in (troubled if only else rows) if _matches(view, q)]
    return {
        "found": matching if request.GET.get("all") else matching[:SHOWN],
        "matching": len(matching),
        "troubled": len(troubled),
        "only_troubled": only,
        "q": q,
    }


def _matches(view: DeviceView, q: str) -> bool:
    """Does every word of it stand in the name, the place or the family?"""
    device = view.device
    place = device.resource or device.door or device.zone
    said = _plain(f"{device} {device.name} {place.label if place else ''} {device.profile}")
    return all(word in said for word in _plain(q).split())


def _plain(text: str) -> str:
    """Small letters without accents: who looks for a fraiseuse types no é."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))

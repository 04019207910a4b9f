"""From a card at a reader to the badge that it is, and how far that can be believed."""

from __future__ import annotations

from booking.rules.cards import Card, Proof
from devices.models import Device, ReaderPrint
from lab.compiled import Compiled, text
from lab.models import Badge
from lab.models.people import current_pepper

CARRIED = Compiled(lambda: Badge.objects.filter(fingerprint=text("fingerprint")).select_related("member"))
UID, SUN, OSDP = Badge.Assurance.UID, Badge.Assurance.SUN, Badge.Assurance.OSDP


def marks_of(card: Card) -> list[str]:
    """What it may be known by, the newest first."""
    return [mark for mark in (card.fingerprint, card.older) if mark]


def recognised(card: Card) -> Badge | None:
    """The badge that was read; one known by the pepper before this one is known by this one from now on."""
    marks = marks_of(card)
    found = {badge.fingerprint: badge for mark in marks for badge in CARRIED.objects(fingerprint=mark)}
    badge = next((found[mark] for mark in marks if mark in found), None)
    if badge is not None and badge.fingerprint != card.fingerprint:
        badge.fingerprint, badge.pepper = marks[0], current_pepper()
        badge.save(update_fields=["fingerprint", "pepper"])
        ReaderPrint.objects.filter(badge=badge).update(sealed=card.sealed)
    return badge


def prove(card: Card, badge: Badge | None, *, device: Device) -> Proof:
    """What this tap proves; between two taps with the same read counter the database decides."""
    if card.forged:
        return Proof(forged=True)
    if card.counter is not None:
        return Proof(SUN, replayed=not (badge and _spent(badge, card.counter)))
    if badge is not None and badge.assurance == OSDP and _is_osdp(device):
        return Proof(OSDP)
    return Proof(UID)


def _spent(badge: Badge, counter: int) -> bool:
    """Is this the first tap with it, or with a later one?"""
    rows = Badge.objects.filter(pk=badge.pk, read_counter__lt=counter)
    return bool(rows.update(read_counter=counter))


def _is_osdp(device: Device) -> bool:
    """Is it read over a line of our own, whose far end has proved who it is?"""
    port = getattr(device, "serial_port", None)
    return port is not None and bool(port.kind == "osdp")

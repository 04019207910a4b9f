"""What templates ask about dead letters: what a reason means, what to do, and bytes as one can read them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

LONGEST_SHOWN = 4096
ROW = 16

CODE_NAMES = {
    "unknown": _("Nobody reads this topic"),
    "paths": _("None of the mapping’s paths"),
    "state": _("A state that the mapping does not know"),
    "name": _("No device in the topic"),
    "large": _("Too large"),
    "cut": _("Cut off by the broker"),
    "newcomers": _("Too many new devices"),
    "channels": _("Too many channels"),
    "memory": _("Too much to remember"),
    "flood": _("Too many taps at once"),
    "undescribed": _("Not described yet"),
    "template": _("A template that we do not read"),
    "failed": _("The decoder failed"),
    "database": _("The database did not take it"),
    "encoding": _("Not text"),
    "json": _("Not JSON"),
    "binary": _("Broken binary message"),
    "number": _("Not a number"),
    "refused": _("Refused by InfluxDB"),
    "value": _("An unexpected value"),
}
CODE_MEANINGS = {
    "unknown": _(
        "No family that we know speaks like this. If it is a device of yours, set up a mapping for its "
        "topic; else let it be, or keep it off the broker."
    ),
    "paths": _(
        "A mapping claims this topic, but the message has none of its values. Correct its paths, "
        "or make its topic narrower, then read it again."
    ),
    "state": _(
        "The device said a word that the mapping does not list. Add the word there, then read it again."
    ),
    "name": _(
        "The topic looks like ours, but its device’s name is none: small letters, digits and dashes. "
        "Correct the name in the device."
    ),
    "large": _(
        "The message is larger than any reading. Something else was published here: "
        "a picture, a firmware, a whole file. Find the sender."
    ),
    "cut": _(
        "A device sent a message larger than the broker takes at all, so the broker hung up on it. Of the "
        "message nothing came; what is kept is the broker’s own line. Stop the sender, or let it send less "
        "at once."
    ),
    "newcomers": _(
        "More new names came at once than a lab has devices, mostly a program that invents names. "
        "Stop it; a real device among them is taken at its next message."
    ),
    "channels": _(
        "One device tells more values than we keep of one. Mostly a key of the message holds a number or a "
        "time: correct it in the device."
    ),
    "memory": _(
        "A family has described more than we remember. Take away retained messages of devices that are gone."
    ),
    "flood": _("A reader sent more taps than hands can make. Look whether it is broken or somebody plays."),
    "undescribed": _(
        "A value came before the message that explains it. Restart the device so that it describes itself, "
        "then read it again."
    ),
    "template": _(
        "Home Assistant’s template needs more than we read. Simplify it, or set up a mapping for its topic."
    ),
    "failed": _("This is our own mistake. The message is kept: after the next update, read it again."),
    "database": _("The database was away for too long. Once it is back, read it again."),
    "encoding": _("The bytes are no text, so they are no JSON. Look at the device’s format setting."),
    "json": _("The message is cut off or is no JSON at all. Look at the device’s format setting."),
    "binary": _(
        "A binary message is cut off or of another format. Look at the device’s setting and its network."
    ),
    "refused": _(
        "InfluxDB does not take this reading as it is, and its answer says why. It is kept here; "
        "the embedded store has it too."
    ),
    "number": _("Where a number belongs, there is text, nothing finite, or something too large to be true."),
    "value": _(
        "The form is right, but a value is none that its family has, often of a newer firmware. "
        "After the next update, read it again."
    ),
}


@register.filter
def code_name(code: str) -> str:
    return str(CODE_NAMES.get(code, CODE_NAMES["value"]))


@register.filter
def code_means(code: str) -> str:
    """What it means, and what to do."""
    return str(CODE_MEANINGS.get(code, CODE_MEANINGS["value"]))


@register.filter
def as_text(payload: bytes) -> str:
    """The bytes as text; what can't be shown, or would turn the line around, as an escape."""
    found = payload[:LONGEST_SHOWN].decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() or sign == "\n" else _escaped(sign) for sign in found)


@register.filter
def as_hex(payload: bytes) -> str:
    """Rows of sixteen bytes: offset, hex, and what of it is ASCII."""
    rows = []
    for start in range(0, min(len(payload), LONGEST_SHOWN), ROW):
        row = payload[start : start + ROW]
        plain = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        rows.append(f"{start:04x}  {row.hex(' '):<47}  {plain}")
    return "\n".join(rows)


@register.filter
def is_cut(payload: bytes) -> bool:
    return len(payload) > LONGEST_SHOWN


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode()

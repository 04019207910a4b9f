"""Telling other programs: a row for each hook that wants it, in the fact's own transaction."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from lab.lab_time import iso
from lab.models import Delivery, Hook, Revision
from lab.models.hooks import new_message

_remembered: tuple[str | None, tuple[Hook, ...]] | None = None


def post(*, event: str, data: dict[str, Any], now: datetime, member: int | None = None) -> None:
    """Tell every hook that wants this event; costs nothing where there is none.

    `data` has no names, badges or mail addresses in it. `member` is the key of whom it is about: told as a
    pseudonym, and only to hooks that ask for it.
    """
    wanting = [hook for hook in hooks() if hook.wants(event)]
    if wanting:
        write(wanting, event=event, data=data, now=now, member=member)


def hooks() -> tuple[Hook, ...]:
    """The hooks that are told, as this process remembers them for at most a second after a change."""
    global _remembered
    mark, known = Revision.lately(), _remembered
    if known is not None and known[0] == mark:
        return known[1]
    found = tuple(Hook.objects.filter(enabled=True)) if mark is not None else ()
    _remembered = (mark, found)
    return found


def write(
    wanting: list[Hook], *, event: str, data: dict[str, Any], now: datetime, member: int | None = None
) -> list[Delivery]:
    """Rows of the outbox, due at once."""
    message = new_message()
    return Delivery.objects.bulk_create(
        Delivery(
            hook=hook,
            message=message,
            event=event,
            payload=body(event, data | _whom(hook, member), now),
            created_at=now,
            next_at=now,
        )
        for hook in wanting
    )


def body(event: str, data: dict[str, Any], now: datetime) -> str:
    """The message as it is signed and sent."""
    told = {"type": event, "timestamp": iso(now), "data": data}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def pseudonym(member: int) -> str:
    """The same for a member in every message, and nothing that leads to them without this lab's own key."""
    told = hmac.new(settings.SECRET_KEY.encode(), f"hook:member:{member}".encode(), hashlib.sha256)
    return f"mem_{told.hexdigest()[:20]}"


def _whom(hook: Hook, member: int | None) -> dict[str, str]:
    return {"member": pseudonym(member)} if member is not None and hook.members else {}

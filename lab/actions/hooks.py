"""Telling other programs: a row for each hook that wants it, in the fact's own transaction."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet

from lab.events import TEST
from lab.lab_time import iso
from lab.models import Delivery, Hook, Revision
from lab.models.hooks import new_message, new_secret

OLD_SIGNS = timedelta(days=1)


class Fact(NamedTuple):
    """Something that its own row proves; `key` names the message, so that it is told once."""

    event: str
    key: str
    at: datetime
    data: dict[str, Any]
    member: int | None


_remembered: tuple[str | None, tuple[Hook, ...]] | None = None


def post(*, event: str, data: dict[str, Any], now: datetime, member: int | None = None) -> None:
    """Tell every hook that wants this event; costs nothing where there is none.

    `data` has no names, badges or mail addresses in it. `member` is the key of whom it is about: told as a
    pseudonym, and only to hooks that ask for it.
    """
    wanting = [hook for hook in hooks() if hook.wants(event)]
    if wanting:
        write(wanting, event=event, data=data, now=now, member=member)


def wanted(*events: str) -> bool:
    """Does any hook want one of these? Asked before facts are gathered for it."""
    return any(hook.wants(event) for hook in hooks() for event in events)


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
    wanting: Iterable[Hook], *, event: str, data: dict[str, Any], now: datetime, member: int | None = None
) -> list[Delivery]:
    """Rows of the outbox, due at once."""
    fact = Fact(event, new_message(), now, data, member)
    return Delivery.objects.bulk_create(_row(hook, fact, now) for hook in wanting)


def post_once(facts: Sequence[Fact], *, now: datetime) -> int:
    """Tell those that were not told yet, to hooks that listened already when they happened; how many."""
    known = set(
        Delivery.objects.filter(message__in=[fact.key for fact in facts]).values_list("message", "hook")
    )
    rows = [
        _row(hook, fact, now)
        for fact in facts
        for hook in hooks()
        if hook.wants(fact.event) and fact.at >= hook.since and (fact.key, hook.pk) not in known
    ]
    return len(Delivery.objects.bulk_create(rows, ignore_conflicts=True))


def body(event: str, data: dict[str, Any], now: datetime) -> str:
    """The message as it is signed and sent."""
    told = {"type": event, "timestamp": iso(now), "data": data}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def pseudonym(member: int) -> str:
    """The same for a member in every message, and nothing that leads to them without this lab's own key."""
    told = hmac.new(settings.SECRET_KEY.encode(), f"hook:member:{member}".encode(), hashlib.sha256)
    return f"mem_{told.hexdigest()[:20]}"


def test(*, hook: Hook, now: datetime) -> Delivery:
    """A message that tells nothing, to see whether it arrives."""
    (row,) = write([hook], event=TEST, data={"hook": hook.pk}, now=now)
    return row


@transaction.atomic
def rotate(*, hook: Hook, now: datetime) -> str:
    """A new secret, returned in clear this once; for a day the old one signs too."""
    hook.refresh_from_db(from_queryset=Hook.objects.select_for_update())
    hook.old_secret, hook.old_until = hook.secret, now + OLD_SIGNS
    hook.secret = new_secret()
    hook.save(update_fields=["secret", "old_secret", "old_until"])
    return hook.secret


@transaction.atomic
def switch(*, hook: Hook, on: bool, now: datetime) -> None:
    """Switched on it is told of what happens from now; switched off, what waits is given up."""
    hook.enabled, hook.paused_at = on, None
    hook.since = now if on else hook.since
    hook.save(update_fields=["enabled", "paused_at", "since"])
    if not on:
        hook.deliveries.filter(state=Delivery.State.WAITING).update(state=Delivery.State.DEAD, next_at=None)


def retry(rows: QuerySet[Delivery], *, now: datetime) -> int:
    """Send once more what was given up, or at once what waits for its next try; how many."""
    again = rows.exclude(state=Delivery.State.SENT)
    return again.update(state=Delivery.State.WAITING, attempts=0, error="", next_at=now)


def _row(hook: Hook, fact: Fact, now: datetime) -> Delivery:
    return Delivery(
        hook=hook,
        message=fact.key,
        event=fact.event,
        payload=body(fact.event, fact.data | _whom(hook, fact.member), fact.at),
        created_at=now,
        next_at=now,
    )


def _whom(hook: Hook, member: int | None) -> dict[str, str]:
    return {"member": pseudonym(member)} if member is not None and hook.members else {}

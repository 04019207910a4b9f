"""`Idempotency-Key`: a wish that is sent again gives the booking that it gave before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from ninja import Schema

from booking.models import Booking, IdempotencyKey
from booking.refusals import Refused
from lab.models import Member
from lab.problems import Problem


def once(act: Callable[[], Booking], *, member: Member, key: str, body: Schema) -> Booking:
    """The booking of this key: made now, or by an earlier or concurrent request; refusals are forgotten.

    Raises:
        Problem: when the key was used for another body.
        Refused: when the act was refused.
    """
    told = json.dumps(_plain(body.model_dump(exclude_defaults=True)), sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()
    earlier = _earlier(member, key, digest)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            booking = act()
            IdempotencyKey.objects.create(member=member, key=key, body_digest=digest, booking=booking)
    except (IntegrityError, Refused):
        # A twin may have been quicker: then its key, or its hold on the time, was in our way.
        earlier = _earlier(member, key, digest)
        if earlier is None:
            raise
        return earlier
    return booking


def _plain(value: Any) -> Any:
    """JSON in which a moment is the same however it was written; one without a zone stays as it is."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _earlier(member: Member, key: str, digest: str) -> Booking | None:
    kept = IdempotencyKey.objects.select_related("booking__member").filter(member=member, key=key).first()
    if kept is None:
        return None
    if kept.body_digest != digest:
        raise Problem(422, "idempotency_mismatch", _("This key was used for another request"))
    return kept.booking

"""Whom outages and closures hit, noted and told once, and what nobody is hit by any more taken back.

Level-triggered: each look compares what is hit now with what was noted and told; twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from booking.actions.tell import tell, told
from booking.actions.wait import take_back_hit
from booking.models import Booking, Hit, Notice
from booking.notices.down import facts_of
from booking.queries.hits import Cause, causes, hit_by

AT_ONCE = 500
Key = tuple[int, str, int]  # a booking, `outage` or `closure`, and which
Wanted = dict[Key, tuple[Booking, Cause]]
AWAY = (Hit.Decision.MOVED, Hit.Decision.CANCELLED)
State = Booking.State


def note_hits(*, now: datetime) -> int:
    """Note and tell whom outages and closures hit now; the number that was not noted before.

    An offer that is hit is taken back: whoever waits goes on waiting.
    """
    wanted = _wanted(now)
    with transaction.atomic():
        rows = _known(now)
        known = {_key(hit): hit for hit in rows}
        gone = [hit for hit in rows if not hit.decision and _key(hit) not in wanted]
        # Moved or cancelled, and there again: that is a new one.
        again = [hit.pk for key, hit in known.items() if hit.decision in AWAY and key in wanted]
        Hit.objects.filter(pk__in=again).delete()
        new = [key for key in wanted if key not in known or known[key].pk in again]
        for hit in gone:
            _forget(hit, now, still={booking for booking, *_ in wanted})
        _note(new)
        _tell(wanted, now)
    return len(new)


def notice_key(hit: Hit) -> str:
    return f"hit:{hit.pk}:{hit.booking.member_id}"


def settle(hit: Hit, now: datetime) -> bool:
    """Whether the member had not heard of it yet; then nobody tells them any more."""
    unheard = Notice.objects.filter(
        key=f"{Notice.Kind.OUTAGE}:{notice_key(hit)}", mailed_at=None, read_at=None
    )
    return bool(unheard.delete()[0])


def _wanted(now: datetime) -> Wanted:
    """Who is hit by what now, less the offers, which are taken back."""
    found, wanted = causes(now=now), {}
    for cause, bookings in zip(found, hit_by(found, now=now), strict=True):
        for booking in bookings:
            if booking.state == State.HELD:
                take_back_hit(booking=booking, now=now, **facts_of(cause.row))
            else:
                kind = "closure" if cause.is_closure else "outage"
                wanted[booking.pk, kind, cause.row.pk] = (booking, cause)
    return dict(sorted(wanted.items()))


def _known(now: datetime) -> list[Hit]:
    """Undecided ones, and what was decided about outages and closures that are not over."""
    down = Q(outage__isnull=False) & (Q(outage__ends_at=None) | Q(outage__ends_at__gt=now))
    rows = Hit.objects.filter(Q(decision="") | down | Q(closure__ends_at__gt=now))
    return list(rows.select_related("booking__member").order_by("pk"))


def _key(hit: Hit) -> Key:
    if hit.closure_id:
        return hit.booking_id, "closure", hit.closure_id
    return hit.booking_id, "outage", hit.outage_id or 0


def _note(new: list[Key]) -> None:
    Hit.objects.bulk_create(
        (Hit(booking_id=booking, **{f"{kind}_id": pk}) for booking, kind, pk in new), ignore_conflicts=True
    )


def _tell(wanted: Wanted, now: datetime) -> None:
    """Each member of an undecided hit once; also somebody to whom the booking was handed over since."""
    rows = [hit for hit in _known(now) if not hit.decision and _key(hit) in wanted]
    keys = [f"{Notice.Kind.OUTAGE}:{notice_key(hit)}" for hit in rows]
    heard: set[str] = set()
    for at in range(0, len(keys), AT_ONCE):
        some = Notice.objects.filter(key__in=keys[at : at + AT_ONCE])
        heard.update(some.values_list("key", flat=True))
    for hit, key in zip(rows, keys, strict=True):
        if key not in heard:
            booking, cause = wanted[_key(hit)]
            data = told(booking) | facts_of(cause.row) | {"hit": hit.pk}
            member = hit.booking.member
            tell(member, Notice.Kind.OUTAGE, key=notice_key(hit), now=now, booking=booking, data=data)


def _forget(hit: Hit, now: datetime, *, still: set[int]) -> None:
    """Take an undecided hit back; who heard of it hears that the booking takes place, if it still is that."""
    booking, key = hit.booking, f"{Notice.Kind.OUTAGE}:{notice_key(hit)}"
    heard = None if settle(hit, now) else Notice.objects.filter(key=key).first()
    over = f"{notice_key(hit)}:over"
    hit.delete()
    if heard is None or not booking.is_live or booking.ends_at <= now or booking.pk in still:
        return
    if _same(heard.data, told(booking)):
        data = told(booking) | {"decision": "over"}
        tell(booking.member, Notice.Kind.OUTAGE, key=over, now=now, booking=booking, data=data)


def _same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return all(before.get(name) == after[name] for name in ("starts_at", "ends_at", "resources"))

"""What a manager decides about a booking that is hit: it moves, it is cancelled, or it stays. Once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from booking.actions.change import as_it_stands, cancel, hold, move, note, resources_of
from booking.actions.decide import decline
from booking.actions.hits import notice_key, settle
from booking.actions.tell import tell, tell_about, told
from booking.models import Booking, Change, Hit, Notice
from booking.notices.down import facts_of
from booking.rules.wishes import Code
from lab.models import Closure, Member, Resource
from lab.spans import Span

Decision, Kind = Hit.Decision, Notice.Kind


class Decided(Exception):
    """Somebody decided it meanwhile, or nothing hits it any more."""


def move_hit(*, hit: Hit, resources: Sequence[Resource], span: Span, by: Member, now: datetime) -> Booking:
    """Give the booking another time or another resource.

    Raises:
        Decided: when it is to be decided no longer.
        Refused: with every objection; it stays to be decided.
    """
    with transaction.atomic():
        booking = _hold(hit, now)
        stood = as_it_stands(booking, resources_of(booking))
        move(booking=booking, span=span, resources=resources, by=by, now=now, quiet=True)
        why = facts_of(hit.cause)
        tell_about(booking, Kind.MOVED, now=now, by=by, resources=resources, before=stood, **why)
        _decide([hit], Decision.MOVED, by, now)
    return booking


def cancel_hit(*, hit: Hit, by: Member, now: datetime, reason: str = "") -> Booking:
    """Cancel the booking, or decline it where it was only asked for; whatever else hits it is decided too.

    Raises:
        Decided: when it is to be decided no longer.
        Refused: when it is over.
    """
    with transaction.atomic():
        booking = _hold(hit, now)
        why = facts_of(hit.cause) | ({"reason": reason} if reason else {})
        others = list(booking.hits.filter(decision="").select_related("booking"))
        if booking.state == Booking.State.REQUESTED:
            decline(booking=booking, by=by, now=now, reason=reason, quiet=True)
            tell_about(booking, Kind.DECLINED, now=now, by=by, **why)
        else:
            cancel(booking=booking, by=by, now=now, reason=reason, quiet=True)
            tell_about(booking, Kind.CANCELLED, now=now, by=by, **why)
        _decide(others, Decision.CANCELLED, by, now)
    return booking


def keep_hit(*, hit: Hit, by: Member, now: datetime, reason: str = "") -> Booking:
    """Let the booking take place in spite of it: that rule is set aside.

    Raises:
        Decided: when it is to be decided no longer.
    """
    with transaction.atomic():
        booking = _hold(hit, now)
        code = Code.CLOSED if isinstance(hit.cause, Closure) else Code.OUTAGE
        why = facts_of(hit.cause) | ({"reason": reason} if reason else {})
        note(booking, Change.What.OVERRIDDEN, by=by, now=now, before={"codes": [code]}, reason=reason)
        _decide([hit], Decision.KEPT, by, now)
        data = told(booking) | why | {"decision": Decision.KEPT}
        key = f"{notice_key(hit)}:kept"
        tell(booking.member, Kind.OUTAGE, key=key, now=now, booking=booking, by=by, data=data)
    return booking


def _hold(hit: Hit, now: datetime) -> Booking:
    """The hit's booking; nobody else decides about the hit before this transaction ends.

    Raises:
        Decided: when it is to be decided no longer.
    """
    hold(hit.booking)  # first, as whoever changes the booking does
    rows = Hit.objects.select_for_update(of=("self",)).filter(pk=hit.pk, decision="")
    found = rows.select_related("outage__resource", "closure__zone").first()
    if found is None or found.cause is None or not hit.booking.is_live or hit.booking.ends_at <= now:
        raise Decided
    hit.outage, hit.closure = found.outage, found.closure
    return hit.booking


def _decide(hits: Sequence[Hit], decision: Hit.Decision, by: Member, now: datetime) -> None:
    """Keep what was decided, by whom and when; who had not heard of the hit hears of the decision only."""
    for hit in hits:
        settle(hit, now)
        hit.decision, hit.decided_at, hit.decided_by = decision, now, by
        hit.save(update_fields=["decision", "decided_at", "decided_by"])

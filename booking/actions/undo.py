"""Taking the last change of a booking back, as long as what was so before may be so again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from booking import live
from booking.actions.book import refusal
from booking.actions.change import What, as_it_stands, hold, note, place, resources_of, save_anew, too_late
from booking.actions.leases import keep_leases
from booking.actions.tell import tell_about
from booking.models import Booking, Change, Notice, Policy
from booking.queries.wishes import objections
from booking.rules.wishes import OVERRIDABLE, Code
from lab.models import Member, Resource
from lab.spans import Span

AS_BOOKED = {Code.TOO_SHORT, Code.TOO_LONG, Code.TOO_SOON, Code.TOO_FAR}
UNDOABLE = (What.MOVED, What.EXTENDED, What.CANCELLED, What.RENAMED, What.DECLINED)


def undoable(booking: Booking, *, by: Member, now: datetime) -> Change | None:
    """The last change, if this member may still take it back."""
    last = _last(booking)
    return None if _no_way_back(last, by, now) else last


def _last(booking: Booking) -> Change | None:
    return booking.changes.order_by("-at", "-pk").first()


def _no_way_back(last: Change | None, by: Member, now: datetime) -> str:
    """Why this change can't be taken back by this member; empty when it can."""
    if last is None or last.what not in UNDOABLE:
        return "nothing_to_undo"
    if last.by_id != by.pk and not by.is_manager:
        return "not_your_change"
    if now - last.at > timedelta(minutes=Policy.current().undo_minutes):
        return "undo_over"
    begun = last.what != What.RENAMED and datetime.fromisoformat(last.before["starts_at"]) <= now
    return "undo_begun" if begun else ""


def undo(*, booking: Booking, by: Member, now: datetime) -> Booking:
    """Take the last change back.

    Raises:
        Refused: `taken` when somebody has the time by now; `too_late_to_cancel` when there is no way back.
    """
    with transaction.atomic():
        hold(booking)
        last = _last(booking)
        why = _no_way_back(last, by, now)
        if last is None or why:
            raise too_late(why=why)
        before, stood = last.before, as_it_stands(booking, resources_of(booking))
        ended_at = booking.ends_at
        resources = _resources(before["resources"])
        span = Span(datetime.fromisoformat(before["starts_at"]), datetime.fromisoformat(before["ends_at"]))
        if last.what != What.RENAMED:
            _may_stand(booking, span, resources, by, now)
        booking.state, booking.purpose = before["state"], before["purpose"]
        if last.what != What.RENAMED:
            place(booking, span, resources, now)
        save_anew(booking, "starts_at", "ends_at", "state", "purpose")
        keep_leases(booking, ended_at=ended_at, now=now)
        note(booking, What.RESTORED, by=by, now=now, before=stood)
        if last.what != What.RENAMED:
            tell_about(booking, Notice.Kind.MOVED, now=now, by=by, resources=resources, before=stood)
    live.publish_resources_soon(resources)
    return booking


def _may_stand(
    booking: Booking, span: Span, resources: Sequence[Resource], by: Member, now: datetime
) -> None:
    """Whether what was so before may be so again.

    It was in order when it was booked: neither its length nor how early it was booked is judged anew, nor
    what a manager set aside for it; a manager who takes something back sets aside all that they may.

    Raises:
        Refused: when anything else speaks against it by now, with alternatives.
    """
    overridden = booking.changes.filter(what=What.OVERRIDDEN).values_list("before", flat=True)
    aside = AS_BOOKED | {code for before in overridden for code in before.get("codes", ())}
    aside |= OVERRIDABLE if by.is_manager else set()
    found = objections(member=booking.member, resources=resources, span=span, now=now, besides=booking)
    rest = [one for one in found if one.blocks and one.code not in aside]
    if rest:
        raise refusal(rest, member=booking.member, resources=resources, span=span, now=now, besides=booking)


def _resources(slugs: list[str]) -> list[Resource]:
    rows = Resource.objects.filter(slug__in=slugs).select_related("zone", "certification")
    found = {row.slug: row for row in rows}
    return [found[slug] for slug in slugs]

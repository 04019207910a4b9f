"""The first line of each kind of notice, and what its reader can do about it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Notice
from booking.notices.alarms import ALARMS, alarm_title
from booking.notices.facts import Names, before, when

Kind = Notice.Kind
GONE = frozenset({"cancelled", "declined", "missed"})


def title(notice: Notice, names: Names) -> str:
    facts = notice.data
    if notice.kind in ALARMS:
        return alarm_title(notice, names)
    words = {"what": names.what(facts), "when": when(facts), "to": names.who(facts, "to")}
    said = _title(notice).format(**words, text=facts.get("text", ""))
    return said.rstrip(" ,")


def path(notice: Notice) -> str:
    """Where one goes on."""
    resources = notice.data.get("resources", [])
    if notice.kind == Kind.HOOK_PAUSED:
        return f"/manage/hooks/{notice.data.get('hook', '')}/"
    if notice.kind == Kind.BADGE_ASKED:
        return "/manage/badges/"
    if notice.kind in ALARMS:
        return "/manage/alarms/"
    if notice.kind == Kind.UPKEEP:
        return f"/manage/upkeep/at/{notice.data.get('upkeep', '')}/"
    if notice.kind == Kind.FAULT and is_question(notice):
        return f"/manage/outages/#report-{notice.data.get('report', '')}"
    if notice.kind == Kind.OBJECTION and is_question(notice):
        return f"/manage/no-shows/#no-show-{notice.data.get('no_show', '')}"
    if notice.data.get("series"):
        return f"/series/{notice.data['series']}/"
    if notice.booking_id:
        return f"/bookings/{notice.booking_id}/{'#absence' if notice.kind == Kind.RELEASED else ''}"
    return f"/resources/{resources[0]}/" if len(resources) == 1 else "/me/"


def call(notice: Notice) -> str:
    """What one does there."""
    if notice.kind in {Kind.FAULT, Kind.OBJECTION} and is_question(notice):
        return _("Decide about it")
    return str(CALLS.get(Kind(notice.kind), CALL_SERIES if notice.data.get("series") else CALL))


def is_question(notice: Notice) -> bool:
    """Of a fault or an objection: whether it asks managers; else it answers whoever said it."""
    return not {"outcome", "waived"} & set(notice.data)


def _title(notice: Notice) -> str:
    kind, facts = Kind(notice.kind), notice.data
    if kind == Kind.HANDED_OVER and facts.get("to") != notice.member_id:
        return _("Handed over to {to}: {what}, {when}")
    if kind == Kind.MOVED and before(facts).get("state") in GONE:
        return _("Booked again: {what}, {when}")
    if kind == Kind.OBJECTION and "waived" in facts:
        return _("Your absence was looked at: {what}, {when}")
    if kind == Kind.UPKEEP and facts.get("standing") == "overdue":
        return _("Maintenance is overdue: {what}")
    if kind == Kind.FAULT and facts.get("outcome"):
        return str(LOOKED_AT.get(facts["outcome"], TITLES[kind]))
    if kind == Kind.OFFER_OVER and not facts.get("starts_at"):
        return _("Nothing came free: {what}") if facts.get("resources") else _("Nothing came free")
    if kind == Kind.OUTAGE and facts.get("decision"):
        return str(DECIDED.get(facts["decision"], TITLES[kind]))
    return str(TITLES[kind])


TITLES = {
    Kind.BOOKED: gettext_lazy("Booked: {what}, {when}"),
    Kind.REQUESTED: gettext_lazy("Requested: {what}, {when}"),
    Kind.APPROVED: gettext_lazy("Approved: {what}, {when}"),
    Kind.DECLINED: gettext_lazy("Declined: {what}, {when}"),
    Kind.MOVED: gettext_lazy("Moved: {what}, {when}"),
    Kind.CANCELLED: gettext_lazy("Cancelled: {what}, {when}"),
    Kind.HANDED_OVER: gettext_lazy("Handed over to you: {what}, {when}"),
    Kind.REMINDER: gettext_lazy("Soon: {what}, {when}"),
    Kind.OFFER: gettext_lazy("Free for you: {what}, {when}"),
    Kind.OFFER_OVER: gettext_lazy("No longer held for you: {what}, {when}"),
    Kind.RELEASED: gettext_lazy("Given free, as nobody came: {what}, {when}"),
    Kind.OUTAGE: gettext_lazy("May not take place: {what}, {when}"),
    Kind.TO_APPROVE: gettext_lazy("To decide: {what}, {when}"),
    Kind.OBJECTION: gettext_lazy("An absence is contested: {what}, {when}"),
    Kind.FAULT: gettext_lazy("Fault reported: {what}"),
    Kind.STILL_BUSY: gettext_lazy("Still running: {what}, {when}"),
    Kind.UPKEEP: gettext_lazy("Maintenance is due soon: {what}"),
    Kind.BADGE_ASKED: gettext_lazy("Somebody asks for a badge"),
    Kind.BADGE_GIVEN: gettext_lazy("Your badge works"),
    Kind.BADGE_DENIED: gettext_lazy("Your badge was not accepted"),
    Kind.BADGE_LOST: gettext_lazy("Your badge is blocked"),
    Kind.HOOK_PAUSED: gettext_lazy("Webhook paused: {text}"),
}
DECIDED = {
    "kept": gettext_lazy("Takes place: {what}, {when}"),
    "over": gettext_lazy("Takes place: {what}, {when}"),
}
LOOKED_AT = {
    "outage": gettext_lazy("Out of order, as you reported: {what}"),
    "dismissed": gettext_lazy("Your report was looked at: {what}"),
}
CALL = gettext_lazy("See the booking")
CALL_SERIES = gettext_lazy("See all of its dates")
CALLS = {
    Kind.OFFER: gettext_lazy("Take it or let it go"),
    Kind.TO_APPROVE: gettext_lazy("Approve or decline"),
    Kind.RELEASED: gettext_lazy("Say that you were there"),
    Kind.FAULT: gettext_lazy("Go there"),
    Kind.OFFER_OVER: gettext_lazy("Go there"),
    Kind.UPKEEP: gettext_lazy("See what is to be done"),
    Kind.BADGE_ASKED: gettext_lazy("Approve or decline"),
    Kind.BADGE_GIVEN: gettext_lazy("See your badges"),
    Kind.BADGE_DENIED: gettext_lazy("See your badges"),
    Kind.BADGE_LOST: gettext_lazy("See your badges"),
    Kind.ALARM: gettext_lazy("See the alarms"),
    Kind.ALARM_OVER: gettext_lazy("See the alarms"),
    Kind.HOOK_PAUSED: gettext_lazy("See what failed"),
}

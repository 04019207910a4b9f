"""The states that screens show: each has a word, a shape and a tone, and is never told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class State:
    """How one state looks: `shape` is a symbol of icons.svg, `tone` a class of states.css."""

    code: str
    word: str | Promise
    shape: str
    tone: str


RESOURCE = (
    State("free", _("Free"), "free", "free"),
    State("reserved", _("Reserved"), "reserved", "reserved"),
    State("in_use", _("In use"), "in_use", "busy"),
    State("idle", _("On, idle"), "idle", "idle"),
    State("finishing", _("Finishing"), "finishing", "finishing"),
    State("out_of_order", _("Out of order"), "out_of_order", "fault"),
    State("offline", _("Offline"), "offline", "away"),
    State("closed", _("Closed"), "closed", "away"),
)
DEVICE = (
    State("online", _("Online"), "online", "free"),
    State("fresh", _("Online"), "online", "free"),
    State("late", _("Late"), "late", "reserved"),
    State("silent", _("Silent"), "silent", "fault"),
    State("unknown", _("Never heard"), "unknown", "away"),
)
BOOKING = (
    State("requested", _("Waiting for approval"), "waiting", "reserved"),
    State("held", _("Held for you"), "waiting", "reserved"),
    State("booked", _("Booked"), "reserved", "accent"),
    State("checked_in", _("Under way"), "in_use", "busy"),
    State("done", _("Done"), "free", "away"),
    State("missed", _("Missed"), "refused", "fault"),
    State("cancelled", _("Cancelled"), "offline", "away"),
    State("declined", _("Declined"), "refused", "fault"),
)
MACHINE = (
    State("machine_off", _("Off"), "closed", "away"),
    State("machine_idle", _("Idle"), "idle", "idle"),
    State("machine_busy", _("At work"), "in_use", "busy"),
)
ZONE = (State("open", _("Open"), "free", "free"),)
PASSAGE = (
    State("granted", _("Granted"), "granted", "free"),
    State("refused", _("Refused"), "refused", "fault"),
    State("locked_out", _("Locked out"), "refused", "fault"),
)
SWITCH = (
    State("switched_on", _("On"), "online", "free"),
    State("switched_off", _("Off"), "closed", "away"),
)
LIST = (
    State("list_current", _("Held"), "granted", "free"),
    State("list_sent", _("On its way"), "waiting", "reserved"),
    State("list_refused", _("Refused"), "refused", "fault"),
    State("list_expired", _("Expired"), "out_of_order", "fault"),
    State("list_unknown", _("Never told"), "unknown", "away"),
)
BADGE = (
    State("badge_works", _("Valid"), "granted", "free"),
    State("badge_lost", _("Blocked"), "refused", "fault"),
    State("badge_lent", _("Lent"), "reserved", "reserved"),
    State("badge_late", _("Not back yet"), "late", "fault"),
    State("badge_free", _("Nobody's"), "free", "away"),
    State("badge_early", _("Not yet good"), "waiting", "reserved"),
    State("badge_over", _("Over"), "closed", "away"),
)
UPKEEP = (
    State("upkeep_fine", _("In order"), "free", "free"),
    State("upkeep_soon", _("Due soon"), "late", "reserved"),
    State("upkeep_overdue", _("Overdue"), "out_of_order", "fault"),
)
HOOK = (
    State("hook_ok", _("Delivers"), "online", "free"),
    State("hook_new", _("Nothing sent yet"), "unknown", "away"),
    State("hook_failing", _("Takes nothing"), "silent", "fault"),
    State("hook_paused", _("Paused"), "out_of_order", "fault"),
    State("hook_off", _("Switched off"), "closed", "away"),
)
DELIVERY = (
    State("delivery_sent", _("Delivered"), "granted", "free"),
    State("delivery_waiting", _("On its way"), "waiting", "reserved"),
    State("delivery_dead", _("Given up"), "refused", "fault"),
)
ALARM = (
    State("alarm_info", _("Information"), "info", "busy"),
    State("alarm_warning", _("Warning"), "out_of_order", "reserved"),
    State("alarm_alarm", pgettext_lazy("severity", "Alarm"), "alarm", "fault"),
    State("alarm_muted", _("Muted"), "muted", "away"),
    State("alarm_taken", _("Taken care of"), "granted", "free"),
    State("alarm_off", _("Switched off"), "closed", "away"),
)
UNKNOWN = State("unknown", _("Unknown"), "unknown", "away")

_FAMILIES = (
    ALARM, SWITCH, HOOK, DELIVERY, UPKEEP, BADGE, LIST, PASSAGE, ZONE, BOOKING,
    MACHINE, DEVICE, RESOURCE,
)  # fmt: skip
_BY_CODE = {state.code: state for family in _FAMILIES for state in family}


def state_of(code: str) -> State:
    """The look of a state; an unheard-of code is shown as unknown, not hidden."""
    return _BY_CODE.get(code, UNKNOWN)


def live_states() -> tuple[State, ...]:
    """What a live page may have to draw by itself."""
    return RESOURCE + DEVICE + MACHINE

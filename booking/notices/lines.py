"""What each kind of notice says below its first line; an empty sentence is left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import upkeep_words
from booking.models import Notice
from booking.notices.alarms import alarm_lines
from booking.notices.down import down
from booking.notices.facts import Names, before, is_own, moment, when
from booking.notices.titles import GONE

Kind = Notice.Kind


def lines(notice: Notice, names: Names) -> list[str]:
    return [line for line in LINES[Kind(notice.kind)](notice, names) if line]


def _by(notice: Notice, sentence: str, names: Names) -> str:
    """Who did it, unless it was the reader, or time."""
    facts = notice.data
    return sentence.format(name=names.who(facts)) if facts.get("by") and not is_own(notice) else ""


def _quoted(notice: Notice, sentence: str, key: str) -> str:
    said = str(notice.data.get(key) or "").strip()
    return sentence.format(text=said) if said else ""


def _purpose(notice: Notice) -> str:
    return _quoted(notice, _("Purpose: {text}"), "purpose")


def _reason(notice: Notice) -> str:
    return _quoted(notice, _("Reason: {text}"), "reason")


def _booked(notice: Notice, names: Names) -> list[str]:
    return [_by(notice, _("{name} booked it for you."), names), _purpose(notice)]


def _requested(notice: Notice, names: Names) -> list[str]:
    asked = _by(notice, _("{name} asked for it for you."), names)
    return [asked, _("A lab manager decides. You are told here and by mail."), _purpose(notice)]


def _approved(notice: Notice, names: Names) -> list[str]:
    return [_by(notice, _("{name} approved it: it is booked for you."), names), _purpose(notice)]


def _declined(notice: Notice, names: Names) -> list[str]:
    return [_by(notice, _("{name} declined it."), names), down(notice, names), _reason(notice)]


def _moved(notice: Notice, names: Names) -> list[str]:
    stood, facts = before(notice.data), notice.data
    was = [names.what(stood) if stood.get("resources") != facts.get("resources") else "", when(stood)]
    back = stood.get("state") in GONE
    return [
        _by(notice, _("{name} changed it."), names),
        "" if back or not any(was) else _("Before: {was}.").format(was=", ".join(filter(None, was))),
        _("A lab manager has to approve the new time.") if facts.get("state") == "requested" else "",
        down(notice, names),
        _reason(notice),
    ]


def _cancelled(notice: Notice, names: Names) -> list[str]:
    return [_by(notice, _("{name} cancelled it."), names), down(notice, names), _reason(notice)]


def _handed_over(notice: Notice, names: Names) -> list[str]:
    if notice.data.get("to") != notice.member_id:
        return [_("It is no longer in your bookings.")]
    return [_("It was {name}’s.").format(name=names.who(notice.data, "from")), _purpose(notice)]


def _reminder(notice: Notice, names: Names) -> list[str]:
    return [_purpose(notice), _("If you don’t come, give it back: somebody may be waiting for it.")]


def _offer(notice: Notice, names: Names) -> list[str]:
    until = notice.data.get("until")
    held = _("It is held for you until {moment}.")
    return [held.format(moment=moment(datetime.fromisoformat(until))) if until else ""]


def _offer_over(notice: Notice, names: Names) -> list[str]:
    why = down(notice, names)
    return [why, _reason(notice), _("You go on waiting.") if why else ""]


def _released(notice: Notice, names: Names) -> list[str]:
    points = notice.data.get("points") or 0
    counted = ngettext(
        "It counts {count} point; points fade with time.",
        "It counts {count} points; points fade with time.",
        points,
    ).format(count=points)
    return [
        _("Others can use it now."),
        counted if points else "",
        _("You were there? Say so, and a lab manager looks at it."),
    ]


def _outage(notice: Notice, names: Names) -> list[str]:
    if notice.data.get("decision") == "over":
        return [_("What was in its way is over.")]
    if notice.data.get("decision"):
        return [_by(notice, _("{name} decided so."), names), down(notice, names), _reason(notice)]
    waits = _("A lab manager decides what becomes of your booking; you may move or cancel it yourself.")
    return [down(notice, names), _reason(notice), waits]


def _to_approve(notice: Notice, names: Names) -> list[str]:
    return [_("{name} asks for it.").format(name=names.who(notice.data)), _purpose(notice)]


def _objection(notice: Notice, names: Names) -> list[str]:
    facts = notice.data
    if "waived" not in facts:
        who = names.who(facts, "member" if "member" in facts else "by")
        return [_("{name} writes:").format(name=who), _quoted(notice, _("“{text}”"), "text")]
    decided = _("Your objection was accepted: it does not count.")
    if not facts["waived"]:
        decided = _("A lab manager looked at it and keeps it as it is.")
    back = _("The booking is yours again.") if facts.get("back") else ""
    return [decided, back, _quoted(notice, _("“{text}”"), "reason")]


def _fault(notice: Notice, names: Names) -> list[str]:
    facts, text = notice.data, _quoted(notice, _("“{text}”"), "text")
    if not facts.get("outcome"):
        return [_by(notice, _("{name} reports it."), names), text]
    wrote = _quoted(notice, _("You wrote: “{text}”"), "text")
    if facts["outcome"] == "dismissed":
        looked = _by(notice, _("{name} looked at it and keeps it in service."), names)
        return [looked, _quoted(notice, _("“{text}”"), "reason"), wrote]
    back = _("Nobody knows yet when it works again.")
    if facts.get("until"):
        back = _("It should work again {moment}.").format(
            moment=moment(datetime.fromisoformat(facts["until"]))
        )
    return [_reason(notice), back, wrote]


def _upkeep(notice: Notice, names: Names) -> list[str]:
    facts = notice.data
    stopped = facts.get("standing") == "overdue" and facts.get("stops")
    return [
        _("Maintenance plan: {text}").format(text=facts.get("plan", "")),
        upkeep_words.told(facts),
        _("It is out of service until somebody signs it off.") if stopped else "",
    ]


def _badge_asked(notice: Notice, names: Names) -> list[str]:
    return [_("{name} asks for it.").format(name=names.who(notice.data)), _badge(notice)]


def _badge_given(notice: Notice, names: Names) -> list[str]:
    return [_by(notice, _("{name} approved it."), names), _badge(notice), _("It opens from now on.")]


def _badge_denied(notice: Notice, names: Names) -> list[str]:
    return [_by(notice, _("{name} declined it."), names), _badge(notice), _reason(notice)]


def _badge_lost(notice: Notice, names: Names) -> list[str]:
    said = _by(notice, _("{name} reported it lost."), names)
    return [said, _badge(notice), _("It opens nothing any more. Found again? Ask a lab manager.")]


def _badge(notice: Notice) -> str:
    return _quoted(notice, _("Badge: {text}"), "label")


def _hook_paused(notice: Notice, names: Names) -> list[str]:
    return [
        _("Its address has not answered for days, or wants no messages any more."),
        _("What happened meanwhile is kept; switch it on again when it answers."),
    ]


def _still_busy(notice: Notice, names: Names) -> list[str]:
    return [
        _("The work before yours is not done; nobody cuts it off. Your badge works as soon as it is."),
        _("The page of the machine shows it."),
    ]


LINES: dict[Notice.Kind, Callable[[Notice, Names], list[str]]] = {
    Kind.BOOKED: _booked,
    Kind.REQUESTED: _requested,
    Kind.APPROVED: _approved,
    Kind.DECLINED: _declined,
    Kind.MOVED: _moved,
    Kind.CANCELLED: _cancelled,
    Kind.HANDED_OVER: _handed_over,
    Kind.REMINDER: _reminder,
    Kind.OFFER: _offer,
    Kind.OFFER_OVER: _offer_over,
    Kind.RELEASED: _released,
    Kind.OUTAGE: _outage,
    Kind.TO_APPROVE: _to_approve,
    Kind.OBJECTION: _objection,
    Kind.FAULT: _fault,
    Kind.STILL_BUSY: _still_busy,
    Kind.UPKEEP: _upkeep,
    Kind.BADGE_ASKED: _badge_asked,
    Kind.BADGE_GIVEN: _badge_given,
    Kind.BADGE_DENIED: _badge_denied,
    Kind.BADGE_LOST: _badge_lost,
    Kind.ALARM: alarm_lines,
    Kind.ALARM_OVER: alarm_lines,
    Kind.HOOK_PAUSED: _hook_paused,
}

"""A booking's history in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import phrases
from booking.models import Booking, Change
from booking.rules.wishes import Code, Objection
from lab import times
from lab.models import Member, Resource

What = Change.What


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody did, when, and why."""

    at: datetime
    words: str
    reason: str = ""


SENTENCES = {
    What.OVERRIDDEN: gettext_lazy("{who} set a rule aside: {rules}."),
    What.MOVED: gettext_lazy("{who} changed it. Before: {before}."),
    What.RENAMED: gettext_lazy("{who} changed the purpose. Before: {purpose}."),
    What.EXTENDED: gettext_lazy("{who} extended it. It ended at {ended}."),
    What.FINISHED: gettext_lazy("{who} finished early. It would have ended at {ended}."),
    What.CANCELLED: gettext_lazy("{who} cancelled it."),
    What.RESTORED: gettext_lazy("{who} took the last change back."),
    What.APPROVED: gettext_lazy("{who} approved it."),
    What.DECLINED: gettext_lazy("{who} declined it."),
    What.HANDED_OVER: gettext_lazy("{who} handed it over. It was {owner}’s."),
    What.ARRIVED: gettext_lazy("{who} checked in."),
    What.RELEASED: gettext_lazy("Nobody came: the time was given back."),
    What.FORGIVEN: gettext_lazy("{who} accepted the objection: the absence does not count."),
    What.UPHELD: gettext_lazy("{who} looked at the objection: the absence stays."),
    What.TAKEN: gettext_lazy("{who} took the offered time."),
    What.LAPSED: gettext_lazy("The offer was not taken in time."),
}


def told(booking: Booking) -> list[Line]:
    """Everything that happened to it, the newest first."""
    changes = list(booking.changes.select_related("by"))
    names = _names(changes)
    keys = {change.before.get("member") for change in changes} - {None}
    owners = {row.pk: row.display_name for row in Member.objects.filter(pk__in=keys)}
    lines = [_made(booking), *(_line(change, names, owners) for change in changes)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _made(booking: Booking) -> Line:
    who = booking.booked_by.display_name
    return Line(booking.created_at, _("{who} made it.").format(who=who))


def _line(change: Change, names: dict[str, str], owners: dict[int, str]) -> Line:
    before = change.before
    words = SENTENCES[What(change.what)].format(
        who=change.by.display_name if change.by else _("The house"),
        before=_placed(before, names),
        purpose=before.get("purpose") or _("none"),
        ended=times.clock(_moment(before["ends_at"])) if "ends_at" in before else "",
        owner=owners.get(before.get("member", 0), "?"),
        rules=_rules(before.get("codes", ())),
    )
    if before.get("overridden"):
        words += " " + _("Set aside: {rules}.").format(rules=_rules(before["overridden"]))
    return Line(change.at, words, change.reason)


def _placed(before: dict[str, Any], names: dict[str, str]) -> str:
    if "starts_at" not in before:
        return ""
    start, end = _moment(before["starts_at"]), _moment(before["ends_at"])
    what = ", ".join(dict.fromkeys(names.get(slug, slug) for slug in before.get("resources", ())))
    return f"{what}, {times.day(start)} {times.span(start, end)}"


def _names(changes: Iterable[Change]) -> dict[str, str]:
    slugs = {slug for change in changes for slug in change.before.get("resources", ())}
    return {row.slug: row.label for row in Resource.objects.filter(slug__in=slugs)}


def _rules(codes: Iterable[str]) -> str:
    return ", ".join(_titles(codes))


def _titles(codes: Iterable[str]) -> Iterator[str]:
    for code in codes:
        known = code in Code.__members__.values()
        yield f"« {phrases.title(Objection(Code(code)))} »" if known else code


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)

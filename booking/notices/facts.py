"""What sentences about notices need: what resources and people are called, and when it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Notice
from lab import times
from lab.models import Member, Resource, Zone

Facts = dict[str, Any]
PEOPLE = ("by", "to", "from", "member")


@dataclass(frozen=True, slots=True)
class Names:
    """What resources and people are called, for all the notices of a list at once."""

    resources: dict[str, str] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, notices: Iterable[Notice]) -> Names:
        facts = [notice.data for notice in notices]
        facts += [told["before"] for told in facts if isinstance(told.get("before"), dict)]
        slugs = {slug for told in facts for key in ("resources", "down") for slug in told.get(key, [])}
        people = {told[key] for told in facts for key in PEOPLE if isinstance(told.get(key), int)}
        zones = {told["zone"] for told in facts if told.get("zone")}
        return cls(
            {row.slug: row.label for row in Resource.objects.filter(slug__in=slugs)},
            {row.pk: row.display_name for row in Member.objects.filter(pk__in=people)},
            {row.slug: row.label for row in Zone.objects.filter(slug__in=zones)} if zones else {},
        )

    def what(self, told: Facts) -> str:
        """The resources of these facts; as they were called when nothing has their name any more."""
        return ", ".join(self.resources.get(slug, slug) for slug in told.get("resources", []))

    def who(self, told: Facts, key: str = "by") -> str:
        return self.members.get(told.get(key, 0)) or _("Somebody")


def is_own(notice: Notice) -> bool:
    """Whether its reader did it."""
    return bool(notice.data.get("by") == notice.member_id)


def before(facts: Facts) -> Facts:
    """What stood before, where something else did."""
    found = facts.get("before")
    return found if isinstance(found, dict) else {}


def moment(at: datetime) -> str:
    """A day and an hour that stay right whenever they are read: tomorrow is today by then."""
    return _("{day} at {time}").format(day=_day(at), time=times.clock(at))


def when(facts: Facts) -> str:
    """The day with its date, from and to; of a series its first one, and how many more."""
    if not facts.get("starts_at") or not facts.get("ends_at"):
        return ""
    start, end = (datetime.fromisoformat(facts[key]) for key in ("starts_at", "ends_at"))
    first, more = f"{_day(start)}, {times.span(start, end)}", len(facts.get("bookings", ())) - 1
    if more < 1:
        return first
    words = ngettext(
        "{first}, and {count} more date until {last}", "{first}, and {count} more dates until {last}", more
    )
    last = datetime.fromisoformat(facts["last_starts_at"])
    return words.format(first=first, count=more, last=_day(last))


def _day(at: datetime) -> str:
    local = timezone.localdate(at)
    return times.date_words(local, "l j F" if local.year == timezone.localdate().year else "l j F Y")

"""House rules and quotas as sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.rules.house import HouseRules
from lab import times
from lab.models import Badge, Certification, Link, Programme, Quota, Resource, Tariff


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule: the symbol beside it and the sentence."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """All that holds for one resource."""

    resource: Resource
    rules: HouseRules
    certification: Certification | None = None
    tariff: Tariff | None = None
    programmes: Sequence[Programme] = ()
    quotas: Sequence[Quota] = ()
    links: Sequence[Link] = ()


def sentences(facts: RuleFacts) -> list[RuleWords]:
    """What whoever books it should know, the most asked first."""
    return [
        RuleWords("clock", summary(facts.rules)),
        *_who(facts),
        *(RuleWords("planning", quota(each) + ".") for each in facts.quotas),
        *_around(facts.rules),
        *_links(facts.links),
        *_use(facts.rules),
        *_tap(facts.resource),
        *_price(facts.tariff),
    ]


def summary(rules: HouseRules) -> str:
    """From how long to how long, how far ahead, until when one may cancel: one sentence."""
    parts = [_length(rules), _ahead(rules), _cancelled(rules)]
    return capfirst(", ".join(parts)) + "."


def quota(limit: Quota) -> str:
    """Who may book how much of what, without a full stop."""
    said = _("%(who)s: %(most)s %(period)s %(what)s") % {
        "who": _quota_who(limit),
        "most": _bookings(limit.most) if limit.measure == Quota.Measure.COUNT else times.length(limit.most),
        "period": _period(limit),
        "what": _quota_what(limit),
    }
    counted = list(_counted(limit))
    return f"{said} ({', '.join(counted)})" if counted else said


def value(name: str, told: Any) -> str:
    """One rule's value, as a table or a form shows it."""
    if told in UNSET.get(name, ()):
        return str(EMPTY[name])
    if name == "horizon_days":
        return _days(told)
    if name.endswith("_minutes"):
        return times.length(told)
    if isinstance(told, bool):
        return _("yes") if told else _("no")
    if name == "role":
        return _("lab managers only")
    return price(told) if isinstance(told, Tariff) else str(told)


def price(tariff: Tariff) -> str:
    if not tariff.credits_per_hour:
        return _("free")
    amount = tariff.credits_per_hour
    said = number_format(amount, decimal_pos=0 if amount == int(amount) else 2)
    one = 1 if amount == 1 else 2
    return ngettext("%(n)s credit an hour", "%(n)s credits an hour", one) % {"n": said}


EMPTY = {
    "min_minutes": gettext_lazy("any length"),
    "max_minutes": gettext_lazy("no limit"),
    "grid_minutes": gettext_lazy("any start"),
    "notice_minutes": gettext_lazy("none"),
    "cancel_minutes": gettext_lazy("until it begins"),
    "grace_minutes": gettext_lazy("never"),
    "idle_minutes": gettext_lazy("never"),
    "setup_minutes": gettext_lazy("none"),
    "cleanup_minutes": gettext_lazy("none"),
    "role": gettext_lazy("everybody"),
    "tariff": gettext_lazy("free"),
}
UNSET: dict[str, tuple[Any, ...]] = {
    "max_minutes": (None,), "grid_minutes": (None,), "notice_minutes": (None, 0), "cancel_minutes": (None, 0),
    "grace_minutes": (None,), "idle_minutes": (None,), "setup_minutes": (None, 0),
    "cleanup_minutes": (None, 0), "role": (None, "", "maker"), "tariff": (None,),
}  # fmt: skip


def _length(rules: HouseRules) -> str:
    least, most = times.length(rules.min_minutes), rules.max_minutes
    if most is None:
        said = _("at least %(least)s") % {"least": least}
    elif most == rules.min_minutes:
        said = _("exactly %(least)s") % {"least": least}
    else:
        said = _("from %(least)s to %(most)s") % {"least": least, "most": times.length(most)}
    if rules.grid_minutes:
        said += " " + _("(starts every %(length)s)") % {"length": times.length(rules.grid_minutes)}
    return said


def _ahead(rules: HouseRules) -> str:
    said = ngettext("up to %(n)d day ahead", "up to %(n)d days ahead", rules.horizon_days)
    told = said % {"n": rules.horizon_days}
    if rules.notice_minutes:
        told += " " + _("and at least %(length)s before") % {"length": times.length(rules.notice_minutes)}
    return told


def _cancelled(rules: HouseRules) -> str:
    if not rules.cancel_minutes:
        return _("cancellation until it begins")
    return _("cancellation until %(length)s before") % {"length": times.length(rules.cancel_minutes)}


def _who(facts: RuleFacts) -> Iterator[RuleWords]:
    if facts.certification is not None:
        said = _("The certification “%(name)s” is needed.") % {"name": facts.certification.label}
        yield RuleWords("award", said)
    if facts.rules.role in {"manager", "admin"}:
        yield RuleWords("lock", _("Only lab managers book it."))
    if facts.programmes:
        names = ", ".join(_("“%(name)s”") % {"name": one.label} for one in facts.programmes)
        yield RuleWords("lock", _("Kept for members of %(names)s.") % {"names": names})
    if facts.rules.approval:
        yield RuleWords("state-waiting", _("A lab manager approves each booking."))


def _around(rules: HouseRules) -> Iterator[RuleWords]:
    before, after = times.length(rules.setup_minutes), times.length(rules.cleanup_minutes)
    if rules.setup_minutes and rules.cleanup_minutes:
        said = _("Kept free around it: %(before)s for set-up, %(after)s for clean-up.")
        yield RuleWords("rest", said % {"before": before, "after": after})
    elif rules.setup_minutes:
        yield RuleWords("rest", _("Kept free before it: %(before)s for set-up.") % {"before": before})
    elif rules.cleanup_minutes:
        yield RuleWords("rest", _("Kept free after it: %(after)s for clean-up.") % {"after": after})


def _links(links: Iterable[Link]) -> Iterator[RuleWords]:
    for link in links:
        what = f"{link.also.label} × {link.units}" if link.units > 1 else link.also.label
        if link.why == Link.Why.KIT:
            yield RuleWords("tools", _("Booked along with it: %(what)s.") % {"what": what})
        else:
            said = _("Not while something that disturbs it runs (%(what)s).")
            yield RuleWords("warning", said % {"what": what})


def _use(rules: HouseRules) -> Iterator[RuleWords]:
    if rules.overnight:
        yield RuleWords("moon", _("May run on through closed hours, overnight too."))
    if rules.unattended:
        yield RuleWords("check", _("May run unattended."))
    if not rules.walk_up:
        yield RuleWords("badge", _("Not without a booking."))
    if rules.grace_minutes:
        said = _("Free for others when nobody came within %(length)s.")
        yield RuleWords("leave", said % {"length": times.length(rules.grace_minutes)})
    if rules.idle_minutes:
        said = _("Switched off when it stands idle for %(length)s.")
        yield RuleWords("leave", said % {"length": times.length(rules.idle_minutes)})


def _tap(resource: Resource) -> Iterator[RuleWords]:
    if resource.buddy:
        yield RuleWords("warning", _("Never alone: a second member stays in its space, tapped in."))
    if resource.assurance != Badge.Assurance.UID:
        yield RuleWords("badge", _("Only with a badge that can’t be copied."))


def _price(tariff: Tariff | None) -> Iterator[RuleWords]:
    if tariff is not None and tariff.credits_per_hour:
        said = _("Price: %(price)s (%(name)s).") % {"price": price(tariff), "name": tariff.label}
        yield RuleWords("info", said)


def _quota_who(limit: Quota) -> str:
    if limit.programme is None:
        return _("Each member")
    said = _("“%(name)s” together") if limit.together else _("Each member of “%(name)s”")
    return said % {"name": limit.programme.label}


def _quota_what(limit: Quota) -> str:
    if limit.resource is not None:
        return _("on %(name)s") % {"name": limit.resource.label}
    if limit.kind:
        kind = dict(Resource.Kind.choices).get(limit.kind, limit.kind)
        return _("on everything of the kind “%(kind)s” together") % {"kind": kind}
    return _("on everything together")


def _period(limit: Quota) -> str:
    if limit.period == Quota.Period.ROLLING:
        said = ngettext("within any %(n)d day", "within any %(n)d days", limit.days)
        return said % {"n": limit.days}
    return str(Quota.Period(limit.period).label)


def _counted(limit: Quota) -> Iterator[str]:
    """What alone counts; nothing when every hour does."""
    if limit.peak_from and limit.peak_until:
        yield _("only from %(start)s to %(end)s counts") % {
            "start": times.wall_clock(limit.peak_from),
            "end": times.wall_clock(limit.peak_until),
        }
    if not limit.weekends:
        yield _("weekends don't count")


def _bookings(count: int) -> str:
    return ngettext("%(count)d booking", "%(count)d bookings", count) % {"count": count}


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}

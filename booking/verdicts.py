"""What is to be said about a wish before it is sent: objections, notices, what it brings and costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from booking import actions, phrases, said
from booking.models import Booking
from booking.queries.prices import estimate
from booking.refusals import Alternative, Refused
from booking.rules.wishes import OVERRIDABLE, Code, Objection
from lab.lab_time import iso
from lab.models import Link, Member, Resource
from lab.spans import Span

HELD_BY_OTHERS = {Code.TAKEN, Code.INTERFERENCE, Code.NEEDS_KIT}


@dataclass(frozen=True, slots=True)
class Told:
    """An objection in words; `about` names the resources that it is about where the wish has several.

    `link` leads to what helps.
    """

    code: str
    title: str
    detail: str
    link: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """What could be booked instead; `what` only when it isn't what was wished."""

    what: str
    span: Span
    query: str

    @property
    def start(self) -> datetime:
        return self.span.start

    @property
    def end(self) -> datetime:
        return self.span.end


@dataclass(frozen=True, slots=True)
class Verdict:
    """`aside` are objections that this manager may set aside; `wait` leads to a place in line."""

    against: tuple[Told, ...] = ()
    notices: tuple[Told, ...] = ()
    aside: tuple[Told, ...] = ()
    options: tuple[Option, ...] = ()
    linked: tuple[str, ...] = ()
    price: Decimal | None = None
    asks: bool = False
    wait: str = ""

    @property
    def quiet(self) -> bool:
        return not (self.against or self.notices or self.linked or self.price is not None)


def verdict(
    *,
    member: Member,
    by: Member,
    resources: Sequence[Resource],
    span: Span,
    now: datetime,
    besides: Booking | None = None,
) -> Verdict:
    """Judge a wish of `member` that `by` is about to send; `besides` is the booking that it would change."""
    found = actions.check(member=member, resources=resources, span=span, now=now, besides=besides)
    found = (found or Refused([])).told_to(by, about=member)
    return of_refusal(found, by=by, resources=resources, span=span)


def of_refusal(refused: Refused, *, by: Member, resources: Sequence[Resource], span: Span) -> Verdict:
    """The same from what was said already."""
    against, notices = _parted(refused.objections)
    labels = {row.slug: row.label for row in resources}
    several = len(labels) > 1
    overridable = [one for one in against if one.code in OVERRIDABLE] if by.is_manager else []
    waits = bool(against) and all(one.code in HELD_BY_OTHERS for one in against)
    return Verdict(
        against=_told(against, labels if several else {}),
        notices=_told([] if by.is_manager else notices, labels if several else {}),
        aside=_once(_told(overridable, {})),
        options=options(refused.alternatives, {row.slug for row in resources}),
        linked=_linked(resources),
        price=estimate(resources, span),
        asks=bool(notices) and not by.is_manager,
        wait=_wait(against[0], span) if waits else "",
    )


def query(resources: Iterable[str], span: Span, **more: str) -> str:
    """The part of an address that asks for these resources at that time."""
    told = [("resource", slug) for slug in resources]
    told += [("starts_at", str(iso(span.start))), ("ends_at", str(iso(span.end)))]
    return urlencode([*told, *more.items()])


def _parted(found: Iterable[Objection]) -> tuple[list[Objection], list[Objection]]:
    rows = list(found)
    return [one for one in rows if one.blocks], [one for one in rows if not one.blocks]


def _told(found: Iterable[Objection], labels: dict[str, str]) -> tuple[Told, ...]:
    """In words; what is the same about several resources is said once."""
    said_once: dict[tuple[str, str, str, str], list[str]] = {}
    for one in found:
        words = (str(one.code), phrases.title(one), said.detail(one), _link(one))
        said_once.setdefault(words, []).append(labels.get(one.data.get("resource", ""), ""))
    return tuple(
        Told(*words, ", ".join(filter(None, dict.fromkeys(about)))) for words, about in said_once.items()
    )


def _link(objection: Objection) -> str:
    if objection.code is not Code.NOT_CERTIFIED:
        return ""
    return reverse("certification", args=[objection.data["certification"]])


def _once(found: Iterable[Told]) -> tuple[Told, ...]:
    return tuple({one.code: one for one in found}.values())


def options(found: Iterable[Alternative], wished: Collection[str]) -> tuple[Option, ...]:
    """What could be booked instead, told by what is different about it."""
    rows = list(found)
    slugs = {slug for one in rows for slug in one.resources}
    labels = {row.slug: row.label for row in Resource.objects.filter(slug__in=slugs)}
    return tuple(
        Option(
            "" if set(one.resources) == set(wished) else ", ".join(labels[slug] for slug in one.resources),
            one.span,
            query(one.resources, one.span),
        )
        for one in rows
    )


def _linked(resources: Sequence[Resource]) -> tuple[str, ...]:
    """What is claimed with them without being asked for, by name."""
    rows = Link.objects.filter(resource__in=list(resources), why=Link.Why.KIT).select_related("also")
    asked = {row.pk for row in resources}
    return tuple(dict.fromkeys(link.also.label for link in rows if link.also_id not in asked))


def _wait(held: Objection, span: Span) -> str:
    return f"{reverse('wait')}?{query([held.data['resource']], span)}"

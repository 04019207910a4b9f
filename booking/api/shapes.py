"""How bookings, spans and objections look as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja.responses import Status

from booking import phrases
from booking.house import house
from booking.models import Booking, Claim
from booking.refusals import Alternative, Foreseen, Refused, SeriesRefused
from booking.rules.wishes import Objection
from booking.said import named
from lab.compiled import Compiled, key
from lab.lab_time import iso
from lab.models import Member
from lab.problems import problem
from lab.spans import Span

GIVEN = Compiled(
    lambda: Claim.objects.filter(booking=key("booking"), superseded=False, linked=False).values_list("unit")
)


def span(found: Span) -> dict[str, Any]:
    return {"starts_at": iso(found.start), "ends_at": iso(found.end)}


def booking(row: Booking, *, reader: Member, units: Mapping[int, tuple[str, int]]) -> dict[str, Any]:
    """A booking as this reader may see it; `units` are the house's. Claims should be prefetched."""
    claims = [claim for claim in row.claims.all() if not claim.superseded and not claim.linked]
    return _booking(row, reader, sorted({units[claim.unit_id] for claim in claims}))


def _booking(row: Booking, reader: Member, units: list[tuple[str, int]]) -> dict[str, Any]:
    mine = row.member_id == reader.pk
    shown = {
        "id": row.pk,
        "resources": list(dict.fromkeys(slug for slug, _number in units)),
        "units": [f"{slug}/{number}" for slug, number in units],
        **span(row.span),
        "state": row.state,
        "mine": mine,
    }
    if mine or reader.is_manager:
        shown |= {
            "member": row.member.username,
            "member_name": row.member.display_name,
            "purpose": row.purpose,
            "project": row.project.slug if row.project else None,
            "series": row.series_id,
            "held_until": iso(row.held_until),
            "created_at": iso(row.created_at),
        }
    return shown


def history(row: Booking) -> list[dict[str, Any]]:
    """What was done to it, the first change first; `before` is what stood until then."""
    return [
        {
            "at": iso(change.at),
            "what": change.what,
            "by": change.by.username if change.by else None,
            "reason": change.reason,
            "before": {key: told for key, told in change.before.items() if key != "member"},
        }
        for change in row.changes.select_related("by")
    ]


def objections(found: Iterable[Objection]) -> list[dict[str, Any]]:
    """Code, sentence and data, with names in the reader's language."""
    known = house()
    return [_objection(named(row, known)) for row in found]


def alternatives(found: Iterable[Alternative]) -> list[dict[str, Any]]:
    """Exactly the keys of a wish, so that one may be merged into it."""
    return [{"resources": list(one.resources), **span(one.span)} for one in found]


def occurrences(found: Iterable[Foreseen]) -> list[dict[str, Any]]:
    """The times of a series before they are booked."""
    return [
        {
            "occurrence": iso(one.at),
            "resources": list(one.resources),
            **span(one.span),
            "ok": one.fits,
            "skipped": one.skipped,
            "objections": objections(one.objections),
            "alternatives": alternatives(one.alternatives),
        }
        for one in found
    ]


def answer(act: Callable[[], Booking], reader: Member, status: int = 200) -> Any:
    """The booking that an act gives back, or the problem that it met."""
    try:
        row = act()
    except Refused as refusal:
        return refused(refusal)
    units = house().units
    given = sorted({units[unit] for (unit,) in GIVEN.rows(booking=row.pk)})
    return Status(status, _booking(row, reader, given))


def refused(refusal: Refused) -> HttpResponse:
    """409 when the time is taken and nothing else is wrong, else 422 with every objection."""
    shown = objections(refusal.objections)
    status = 409 if refusal.only_taken else 422
    each = occurrences(refusal.occurrences) if isinstance(refusal, SeriesRefused) else None
    return problem(
        status,
        shown[0]["code"] if len(shown) == 1 or refusal.only_taken else "refused",
        shown[0]["title"] if len(shown) == 1 else _("This can't be booked"),
        " ".join(dict.fromkeys(one["detail"] for one in shown)),
        objections=shown,
        alternatives=alternatives(refusal.alternatives),
        **({} if each is None else {"occurrences": each}),
    )


def _objection(objection: Objection) -> dict[str, Any]:
    return {
        "code": objection.code,
        "title": phrases.title(objection),
        "detail": phrases.detail(objection),
        "data": objection.data,
    }

"""Cancelling what is still to come of a series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from booking import live
from booking.actions.book import Override
from booking.actions.change import may_cancel
from booking.actions.series.part import asked, note_all, occurs, part_of, save, standing
from booking.actions.tell import tell_series
from booking.models import Booking, Change, Claim, Notice, Series
from booking.refusals import Foreseen, Refused, SeriesRefused
from booking.rules.repeat import parse
from booking.rules.series import until_before
from booking.rules.wishes import Objection
from lab.lab_time import iso, lab_zone
from lab.models import Member


def cancel_series(
    *, series: Series, by: Member, now: datetime, since: datetime | None = None, reason: str = ""
) -> list[Booking]:
    """Give back all that is still to come, or from `since` on, or nothing; it stays, as cancelled.

    Raises:
        Refused: `too_late_to_cancel`; as SeriesRefused when it is too late for some of them.
    """
    with transaction.atomic():
        part = part_of(series, since, now)
        _may_cancel_all(part.coming, by, now)
        resources = {row.slug: row for booking in part.coming for row in asked(booking)}
        stood = standing(part.coming)
        Claim.objects.filter(booking__in=part.coming, standing=True).update(standing=False)
        for row in part.coming:
            row.state = Booking.State.CANCELLED
            row.sequence += 1
        save(part.coming)
        note_all(Change.What.CANCELLED, part.coming, stood, by=by, now=now, why=Override(reason=reason))
        if since is not None and not part.whole:
            series.rule = str(until_before(parse(series.rule, lab_zone()), since))
            series.save(update_fields=["rule"])
        tell_series(series, part.coming, Notice.Kind.CANCELLED, now=now, by=by, reason=reason)
    live.publish_resources_soon(resources.values())
    return part.coming


def _may_cancel_all(rows: Sequence[Booking], by: Member, now: datetime) -> None:
    """
    Raises:
        SeriesRefused: when it is too late for some of them.
    """
    found = [_foreseen(row, by, now) for row in rows]
    if not all(each.fits for each in found):
        raise SeriesRefused(found)


def _foreseen(row: Booking, by: Member, now: datetime) -> Foreseen:
    objections: list[Objection] = []
    try:
        may_cancel(row, asked(row), by, now)
    except Refused as refused:
        which = {"occurrence": iso(occurs(row))}
        objections = [Objection(one.code, one.data | which) for one in refused.objections]
    slugs = tuple(resource.slug for resource in asked(row))
    return Foreseen(occurs(row), row.span, slugs, fits=not objections, objections=tuple(objections))

"""A wish that repeats: its dates are shown, and booked once they were seen and every conflict is resolved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from booking import actions, phrases, repeat_words
from booking.actions.change import resources_of
from booking.actions.series import book_series, move_series, preview
from booking.forms import BookingForm
from booking.forms.repeat import RepeatForm
from booking.models import Booking, Series
from booking.refusals import Foreseen, Refused, SeriesRefused
from booking.repeat_rows import Dates, dates, resolution, signature
from booking.rules.repeat import BadRepeat, parse
from booking.rules.series import occurrences
from booking.rules.wishes import Code, Objection
from lab.lab_time import lab_zone


@dataclass(frozen=True, slots=True)
class Answer:
    """The series that was made, or the dates to show; neither when the forms say what is wrong."""

    series: Series | None = None
    dates: Dates | None = None
    refused: bool = False


def answer(
    form: BookingForm, repeat: RepeatForm, post: QueryDict, *, now: datetime, book: bool = True
) -> Answer:
    """Book the wish of both forms again and again, if its dates were seen; show them otherwise."""
    if not (form.is_valid() & repeat.is_valid()):
        return Answer()
    rule = repeat.rule(form.span.start)
    try:
        parsed = parse(rule, lab_zone())
        starts = {span.start for span in occurrences(parsed, form.span, lab_zone())}
    except BadRepeat as bad:
        repeat.add_error(None, phrases.detail(Objection(Code.BAD_REPEAT, {"why": bad.why} | bad.data)))
        return Answer()
    told = post.getlist("resolve")
    override = _override(form, post)
    wish: dict[str, Any] = {
        "member": form.whose,
        "by": form.by,
        "resources": form.resources,
        "span": form.span,
        "rule": rule,
        "now": now,
        "resolve": {at: made for at, made in resolution(told).items() if at in starts},
        "override": override,
    }
    seen = signature(rule, form.span, [row.slug for row in form.resources], form.whose.pk)
    found, refused = None, False
    if book and post.get("seen") == seen:
        try:
            data = form.cleaned_data
            return Answer(book_series(**wish, purpose=data["purpose"], project=data.get("project")))
        except Refused as error:
            found, refused = _said(repeat, error), True
    shown = dates(
        preview(**wish) if found is None else found,
        words=repeat_words.words(parsed, form.span),
        seen=seen,
        told=told,
        aside=_aside(form, override),
    )
    return Answer(dates=shown, refused=refused)


def change(form: BookingForm, booking: Booking, post: QueryDict, *, following: bool, now: datetime) -> Answer:
    """Change with a booking what follows it in its series, or all that is to come."""
    if not form.is_valid() or booking.series is None:
        return Answer()
    told, override = post.getlist("resolve"), _override(form, post)
    same = Counter(row.pk for row in resources_of(booking)) == Counter(row.pk for row in form.resources)
    wish: dict[str, Any] = {
        "series": booking.series,
        "by": form.by,
        "now": now,
        "since": booking.occurs_at if following else None,
        "about": booking.occurs_at,
        "span": None if form.span == booking.span else form.span,
        "resources": None if same else form.resources,
        "purpose": form.cleaned_data["purpose"],
        "override": override,
    }
    try:
        return Answer(move_series(**wish, resolve=resolution(told)))
    except SeriesRefused as refused:
        words = repeat_words.sentence(booking.series)
        shown = dates(
            refused.occurrences, words=words, seen="", told=told, leave=leave(), aside=_aside(form, override)
        )
        return Answer(dates=shown, refused=True)
    except Refused as refused:
        form.refuse(refused)
        return Answer(refused=True)


def leave() -> str:
    """What a date that does not change is told."""
    return _("Leave it as it is")


def _said(repeat: RepeatForm, refused: Refused) -> list[Foreseen] | None:
    """The occurrences of a refusal; what is against the series as a whole goes to the form."""
    if isinstance(refused, SeriesRefused):
        return refused.occurrences
    for one in refused.objections:
        repeat.add_error(None, phrases.detail(one))
    return None


def _aside(form: BookingForm, override: actions.Override) -> frozenset[str] | None:
    """The rules that are set aside already; None for whom may not."""
    return override.codes if form.by.is_manager else None


def _override(form: BookingForm, post: QueryDict) -> actions.Override:
    """What a manager sets aside, for the first date or for others."""
    data = form.cleaned_data
    codes = [*data.get("override", ()), *post.getlist("series_override")]
    reason = data.get("reason", "") or post.get("series_reason", "").replace("\0", "").strip()[:300]
    return actions.Override.by(form.by, codes if reason else (), reason)

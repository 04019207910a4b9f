"""Closures out of a calendar file: choose it, look at what it would do, agree."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.closures import Difference, difference, import_closures
from booking.actions.hits import note_hits
from booking.calendars.reading import BadFile, Read, read_closures
from booking.forms.importing import SKIPPED, AgreedForm, ImportForm, said, sealed
from booking.queries.hits import undecided, would_hit
from lab.auth import asking
from lab.gates import managers_only
from lab.lab_time import lab_zone
from lab.models import Closure, Zone
from lab.spans import Span
from lab.views.manage.keeping import page

SHOWN = 60  # lines of each part


@dataclass(frozen=True, slots=True)
class Line:
    """One closure, and when it was before, if that changes."""

    span: Span
    reason: str
    was: Span | None = None


@managers_only
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Context: `form` alone, or what `_preview` tells."""
    if "seen" in request.POST:
        return _agreed(request)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_bound and form.is_valid():
        try:
            read = read_closures(form.cleaned_data["file"], zone=lab_zone(), now=timezone.now())
        except BadFile as bad:
            form.add_error("file", said(bad))
        else:
            return _preview(request, form.cleaned_data["zone"], read)
    return page(request, "booking/manage/import.html", {}, form)


def _preview(request: HttpRequest, zone: Zone | None, read: Read) -> HttpResponse:
    """Context: `parts` [(title, Lines)], `told`, `zone`, `hits`, `skipped` [(what, why)], `agreed`."""
    now = timezone.now()
    told = difference(read.found, read.known, zone=zone, now=now)
    spans = [one.span for one in told.added] + [one.span for _row, one in told.changed]
    context = {
        "parts": [
            (_("New"), [Line(one.span, one.reason) for one in told.added]),
            (_("Changed"), [Line(one.span, one.reason, _span(row)) for row, one in told.changed]),
            (_("No longer there"), [Line(_span(row), row.reason) for row in told.removed]),
        ],
        "told": told,
        "zone": zone,
        "hits": would_hit(spans, zone=zone, now=now),
        "skipped": [(what or _("Event without a name"), SKIPPED[why]) for what, why in read.skipped],
        "beyond": read.beyond,
        "agreed": AgreedForm(initial={"seen": sealed(zone, read)}),
        "shown": SHOWN,
    }
    return page(request, "booking/manage/import_preview.html", context)


def _agreed(request: HttpRequest) -> HttpResponse:
    agreed = AgreedForm(request.POST)
    if not agreed.is_valid():
        form = ImportForm()
        messages.error(request, " ".join(str(one) for one in agreed.errors.get("seen", [])))
        return page(request, "booking/manage/import.html", {}, form)
    zone, read = agreed.cleaned_data["seen"]
    also = agreed.cleaned_data["also_gone"]
    now, by = timezone.now(), asking(request)
    told = import_closures(read.found, read.known, zone=zone, by=by, now=now, also_gone=also)
    note_hits(now=now)
    waiting = undecided(now=now).filter(closure__isnull=False).exists()
    tags = f"go:{reverse('manage_hits')}" if waiting else ""
    messages.success(request, _done(told, also_gone=also), extra_tags=tags)
    return redirect("manage_closures")


def _span(row: Closure) -> Span:
    return Span(row.starts_at, row.ends_at)


def _done(told: Difference, *, also_gone: bool) -> str:
    removed = len(told.removed) + (len(told.gone) if also_gone else 0)
    if told.is_empty and not removed:
        return _("Nothing was changed.")
    return _("Imported: {added} added, {changed} changed, {removed} removed.").format(
        added=len(told.added), changed=len(told.changed), removed=removed
    )

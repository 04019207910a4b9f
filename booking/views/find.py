"""Find a time: the next spans that one may really book, and why the rest is not offered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from booking import said
from booking.forms import FindForm
from booking.queries.finding import Times, find_times
from lab.auth import asking
from lab.models import Resource
from lab.spans import Span

MOST = 8
BESIDE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Silent:
    """A resource that has no time to offer, and why not."""

    resource: Resource
    why: tuple[str, ...]


@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Context: `form`; once asked `times`, `silent` resources, `elsewhere` for other days."""
    form = FindForm(request.GET if "minutes" in request.GET else None, initial=_initial(request))
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= _found(form, request, timezone.now())
    return render(request, "booking/find.html", context)


def _initial(request: HttpRequest) -> dict[str, Any]:
    return {"resource": [slug for slug in request.GET.getlist("resource") if slug]}


def _found(form: FindForm, request: HttpRequest, now: datetime) -> dict[str, Any]:
    windows, around = form.windows(now), form.around(now)
    together = form.chosen
    resources = together or _of_kind(form.cleaned_data["kind"])
    times = _times(form, request, resources, windows, around, now)
    elsewhere = False
    if not times.offers and form.cleaned_data["day"] and windows:
        wished = around or windows[0].start
        near = [Span(max(windows[0].start - BESIDE, now), windows[-1].end + BESIDE)]
        other = _times(form, request, resources, near, wished, now)
        elsewhere, times = bool(other.offers), replace(times, offers=other.offers)
    silent = [Silent(one.resource, tuple(said.detail(o) for o in one.objections)) for one in times.unoffered]
    return {"times": times, "silent": silent, "elsewhere": elsewhere}


def _times(
    form: FindForm,
    request: HttpRequest,
    resources: list[Resource],
    windows: list[Span],
    around: datetime | None,
    now: datetime,
) -> Times:
    return find_times(
        member=asking(request),
        resources=resources,
        minutes=form.cleaned_data["minutes"],
        windows=windows,
        around=around,
        now=now,
        together=bool(form.chosen),
        most=MOST,
    )


def _of_kind(kind: str) -> list[Resource]:
    rows = Resource.objects.filter(listed=True).select_related("zone", "certification").order_by("slug")
    return list(rows.filter(kind=kind) if kind else rows)

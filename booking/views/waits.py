"""Waiting for a time: joining the line, taking what is offered, leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import said
from booking.actions import wait as actions
from booking.forms.fields import moment
from booking.forms.wait import WaitForm
from booking.models import Wait
from booking.refusals import Refused
from booking.views.deeds import back
from lab.auth import asking
from lab.times import next_quarter

USUAL = timedelta(hours=1)
USUAL_WINDOW = timedelta(days=1)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Context: `form`."""
    form = WaitForm(request.POST) if request.method == "POST" else WaitForm(initial=_initial(request))
    if form.is_bound and form.is_valid():
        try:
            actions.join(
                member=asking(request),
                now=timezone.now(),
                purpose=form.cleaned_data["purpose"],
                **form.wanted,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, _("You are in line. A time that fits is offered to you here and by mail.")
            )
            return redirect("me")
    return render(request, "booking/wait.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: Wait) -> str:
        actions.withdraw(wait=row, by=asking(request), now=timezone.now())
        return _("You wait no longer.")

    return _deed(request, pk, act)


@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: Wait) -> str:
        return said.booked(actions.accept(wait=row, now=timezone.now()))

    return _deed(request, pk, act)


@require_POST
@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: Wait) -> str:
        actions.decline(wait=row, by=asking(request), now=timezone.now())
        return _("It is offered to the next one. You go on waiting for another time.")

    return _deed(request, pk, act)


def _deed(request: HttpRequest, pk: int, act: Callable[[Wait], str]) -> HttpResponse:
    rows = Wait.objects.select_related("member", "resource", "offer").filter(member=asking(request))
    row = get_object_or_404(rows, pk=pk)
    try:
        messages.success(request, act(row))
    except Refused as refused:
        messages.error(request, " ".join(said.detail(objection) for objection in refused.objections))
    return back(request)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address says, as a refused wish leads here; a day from the next quarter else."""
    asked = request.GET
    start = moment(asked.get("starts_at", "")) or next_quarter(timezone.now())
    end = moment(asked.get("ends_at", "")) or start + USUAL_WINDOW
    told = "ends_at" in asked and end > start
    return {
        "what": asked.get("resource", ""),
        "starts_at": start,
        "ends_at": end,
        "minutes": int((end - start if told else USUAL) / timedelta(minutes=1)),
    }

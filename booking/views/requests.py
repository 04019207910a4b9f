"""Requests that wait for a lab manager: who asks for what, who competes, yes or no."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from booking import actions, said
from booking.models import Booking
from booking.queries.requests import Request, requests, rivals
from booking.refusals import Refused, told_to
from booking.rules.wishes import Code
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Member


@managers_only
def waiting(request: HttpRequest) -> HttpResponse:
    """Context: `groups` of requests, rivals together, with the words `against` each but who has its time."""
    reader = asking(request)
    found = [
        [{"request": one, "against": _against(one, reader)} for one in group]
        for group in requests(now=timezone.now())
    ]
    return render(request, "booking/requests.html", {"groups": found, "now": timezone.now()})


@managers_only
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes; with `rivals` no to those who asked for the same time."""
    booking, now, by = _asked(pk), timezone.now(), asking(request)
    others = rivals(booking, now=now)
    try:
        actions.approve(booking=booking, by=by, now=now)
    except Refused as refused:
        if refused.only_taken:
            messages.error(request, _("Not approved: somebody else has this time by now."))
            return redirect("requests")
        return _refused(request, refused.told_to(by, about=booking.member))
    declined = _decline(request, others, now) if "rivals" in request.POST else 0
    messages.success(request, _said(booking, len(others), declined))
    return redirect("requests")


@managers_only
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    booking = _asked(pk)
    try:
        actions.decline(booking=booking, by=asking(request), now=timezone.now(), reason=_reason(request))
    except Refused as refused:
        return _refused(request, refused)
    words = _("Declined: {name}, {what}. They hear of it by mail.")
    messages.success(request, words.format(name=booking.member.display_name, what=said.what(booking)))
    return redirect("requests")


def _against(one: Request, reader: Member) -> list[str]:
    found = told_to(reader, one.against, about=one.booking.member)
    return [said.detail(objection) for objection in found if objection.code is not Code.TAKEN]


def _asked(pk: int) -> Booking:
    rows = Booking.objects.select_related("member").prefetch_related("claims__unit__resource")
    return get_object_or_404(rows.filter(pk=pk) if pk < 2**63 else rows.none())


def _decline(request: HttpRequest, others: list[Booking], now: datetime) -> int:
    reason = _reason(request) or _("Somebody else got this time.")
    declined = 0
    for other in others:
        with suppress(Refused):  # somebody decided it meanwhile
            actions.decline(booking=other, by=asking(request), now=now, reason=reason)
            declined += 1
    return declined


def _said(booking: Booking, others: int, declined: int) -> str:
    words = _("Approved: {name}, {what}, {when}.").format(
        name=booking.member.display_name, what=said.what(booking), when=said.when(booking)
    )
    if declined:
        more = ngettext("%(count)d other request declined.", "%(count)d other requests declined.", declined)
        return f"{words} " + more % {"count": declined}
    if others:
        more = ngettext(
            "%(count)d other request for that time still waits.",
            "%(count)d other requests for that time still wait.",
            others,
        )
        return f"{words} " + more % {"count": others}
    return words


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    messages.error(request, " ".join(said.detail(objection) for objection in refused.objections))
    return redirect("requests")


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "").strip()[:300]

"""Absences that are contested: what the member says beside what is known, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import said
from booking.actions import miss
from booking.models import NoShow
from booking.queries.misses import absences, decided
from booking.queries.passages import Newest
from booking.refusals import Refused
from booking.views.passages import said as told
from lab.auth import asking
from lab.gates import managers_only
from lab.views.manage.keeping import page

DECIDED_SHOWN = 20


@managers_only
def no_shows(request: HttpRequest) -> HttpResponse:
    """Context: `absences` [(Absence, its passages with sentences)], `decided` NoShows."""
    found = absences(now=timezone.now())
    context = {
        "absences": [(one, told(map(Newest, one.passages))) for one in found],
        "decided": decided()[:DECIDED_SHOWN],
    }
    return page(request, "booking/manage/no_shows.html", context)


@managers_only
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """It counts no more; what is left of the time is theirs again if it is still free."""
    row, deed = _row(pk), _deed(request)
    try:
        back = miss.forgive(missed=row, **deed)
    except Refused:
        return _too_late(request)
    words = _("Accepted: %(name)s, %(what)s. The booking is theirs again.")
    words = words if back else _("Accepted: %(name)s, %(what)s. It does not count.")
    messages.success(request, words % _about(row))
    return redirect("manage_no_shows")


@managers_only
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """It stays as it is."""
    row, deed = _row(pk), _deed(request)
    try:
        miss.uphold(missed=row, **deed)
    except Refused:
        return _too_late(request)
    messages.success(request, _("The absence stays: %(name)s, %(what)s. They are told.") % _about(row))
    return redirect("manage_no_shows")


def _row(pk: int) -> NoShow:
    return get_object_or_404(NoShow.objects.select_related("booking__member", "member"), pk=pk)


def _deed(request: HttpRequest) -> dict[str, Any]:
    answer = request.POST.get("answer", "").replace("\0", "").strip()[:300]
    return {"by": asking(request), "now": timezone.now(), "answer": answer}


def _about(row: NoShow) -> dict[str, str]:
    return {"name": row.member.display_name, "what": said.what(row.booking)}


def _too_late(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Another manager has decided about it already."))
    return redirect("manage_no_shows")

"""A booking's own page: what it is, what became of it, and what its member may still do with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import actions, said, story
from booking.actions import accounts, miss
from booking.forms import HandOverForm
from booking.forms.absences import ObjectionForm
from booking.forms.accounts import ChargeForm
from booking.models import Booking, NoShow
from booking.queries.changes import extensions, has_reader
from booking.queries.prices import estimate
from booking.queries.requests import asked, rivals
from booking.refusals import Refused
from booking.verdicts import Told, of_refusal
from booking.views.deeds import deed, done, here, own
from lab.auth import asking
from lab.models import Resource

CLAIMS = "claims__unit__resource__zone", "claims__unit__resource__certification"
CHANGEABLE = (Booking.State.REQUESTED, *Booking.PROMISED)


@login_required
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Context: `booking`, `resources`, `units`, `story`, what `may` be done, `extensions`, `hand_over`,
    `charge_form`.
    """
    found = own(request, pk)
    return _page(request, found, HandOverForm(by=asking(request), whose=found.member))


@login_required
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the booking to somebody else; who is no manager does not see it any more then."""
    found, by = own(request, pk), asking(request)
    form = HandOverForm(request.POST, by=by, whose=found.member)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        given = actions.hand_over(booking=found, to=form.cleaned_data["to"], by=by, now=timezone.now())
    except Refused as refused:
        return _page(request, found, form, refused)
    messages.success(request, said.handed_over(given))
    return redirect("booking", pk) if by.is_manager else redirect("me")


@login_required
@require_POST
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    def act(found: Booking, now: datetime) -> None:
        by = asking(request)
        if has_reader(said.resources(found)) and not by.is_manager:
            messages.error(request, _("Tap your badge at the reader; it checks you in."))
            return
        done(request, found, said.arrived(actions.arrive(booking=found, by=by, now=now)))

    return deed(request, pk, act)


@login_required
@require_POST
def contest(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why it was no miss: whoever should have come, nobody for them."""
    found, by = own(request, pk), asking(request)
    missed = get_object_or_404(NoShow, booking=found, member=by)
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, HandOverForm(by=by, whose=found.member), objection=form)
    try:
        miss.contest(missed=missed, text=form.cleaned_data["text"], now=timezone.now())
    except Refused:
        messages.info(request, _("That was said or decided already, or it is too long ago."))
    else:
        messages.success(request, _("Thank you. A lab manager looks at it, and you hear what becomes of it."))
    return redirect(f"{reverse('booking', args=[pk])}#absence")


@login_required
@require_POST
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Note its project, for all that runs under it."""
    found, by = own(request, pk), asking(request)
    if not accounts.may_charge(found, by, now=timezone.now()):
        raise Http404
    form = ChargeForm(request.POST, member=found.member, now_charged=found.project)
    if not form.is_valid():
        return _page(request, found, HandOverForm(by=by, whose=found.member), charging=form)
    accounts.charge_booking(booking=found, project=form.cleaned_data["project"])
    messages.success(request, _("The project is noted."))
    return redirect(f"{reverse('booking', args=[pk])}#project")


def _page(
    request: HttpRequest,
    found: Booking,
    form: HandOverForm,
    refused: Refused | None = None,
    objection: ObjectionForm | None = None,
    charging: ChargeForm | None = None,
) -> HttpResponse:
    now, missed = timezone.now(), NoShow.objects.filter(booking=found).select_related("decided_by").first()
    prefetch_related_objects([found], *CLAIMS)
    resources = asked(found)
    context = {
        "now": now,
        "booking": found,
        "resources": said.resources(found),
        "units": _units(found),
        "with_it": _linked(found),
        "price": estimate(resources, found.span),
        "story": story.told(found),
        "sessions": found.sessions.select_related("resource").order_by("started_at"),
        "may": _may(request, found, now),
        "extensions": extensions(found, list(resources), now=now),
        "rivals": rivals(found, now=now) if found.state == Booking.State.REQUESTED else [],
        "hand_over": form,
        "against": _against(request, refused, found, resources),
        "missed": missed,
        "may_contest": missed and missed.member == asking(request) and missed.may_be_objected(now),
        "objection": objection or ObjectionForm(),
        "charge_form": charging or ChargeForm(member=found.member, now_charged=found.project),
    }
    wrong = form.errors or refused or objection or charging
    return render(request, "booking/booking.html", context, status=422 if wrong else 200)


def _may(request: HttpRequest, found: Booking, now: datetime) -> dict[str, bool]:
    """What the state of the booking allows this reader to press."""
    over, begun = found.ends_at <= now, found.starts_at <= now
    promised = found.state in Booking.PROMISED
    return {
        "change": found.state in CHANGEABLE and not over,
        "finish": promised and begun and not over and found.starts_at != now,
        "cancel": found.is_live and not over and (not begun or asking(request).is_manager),
        "hand_over": found.state in CHANGEABLE and not over,
        "charge": accounts.may_charge(found, asking(request), now=now),
        "arrive": found.pk in here([found], now=now),
        "undo": actions.undoable(found, by=asking(request), now=now) is not None,
        "again": over or not found.is_live,
    }


def _units(found: Booking) -> list[str]:
    """Which copy of each resource it is, where there are several."""
    shown = [claim.unit for claim in found.claims.all() if not claim.superseded and not claim.linked]
    several = [unit for unit in shown if unit.resource.units.count() > 1]
    return [f"{unit.resource.label} {unit.number}" for unit in sorted(several, key=lambda unit: unit.pk)]


def _linked(found: Booking) -> list[Resource]:
    """What was claimed with it without being asked for."""
    shown = (claim for claim in found.claims.all() if not claim.superseded and claim.linked)
    return list(dict.fromkeys(claim.unit.resource for claim in shown if claim.unit.resource.listed))


def _against(
    request: HttpRequest, refused: Refused | None, found: Booking, resources: tuple[Any, ...]
) -> tuple[Told, ...]:
    if refused is None:
        return ()
    return of_refusal(refused, by=asking(request), resources=resources, span=found.span).against

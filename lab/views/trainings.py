"""Trainings as members meet them: when the next ones are, and a seat with one press."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lab import times
from lab.actions.trainings import NoSeat, TooLate, give_up_seat, take_seat
from lab.auth import asking
from lab.models import Certification, Training


@login_required
def certification(request: HttpRequest, slug: str) -> HttpResponse:
    """Context: `certification`, `award` of the reader, `resources` that ask for it."""
    row = get_object_or_404(Certification, slug=slug)
    context = {
        "certification": row,
        "award": row.awards.filter(member=asking(request)).first(),
        "resources": row.resource_set.filter(listed=True).select_related("zone").order_by("slug"),
        "now": timezone.now(),
    }
    return render(request, "lab/certification.html", context)


@require_POST
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    training, member = get_object_or_404(Training, pk=pk), asking(request)
    if member.suspended:
        messages.error(request, _("Your access is suspended; ask a lab manager."))
        return _back(request, training)
    try:
        take_seat(training=training, member=member, now=timezone.now())
    except NoSeat:
        messages.error(request, _("Every seat is taken; choose another session."))
    except TooLate:
        messages.error(request, _("This session has begun; choose another one."))
    else:
        said = _("You have a seat: %(name)s, %(when)s.") % _said(training)
        messages.success(request, said, extra_tags=f"undo:{reverse('training_leave', args=[pk])}")
    return _back(request, training)


@require_POST
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    training = get_object_or_404(Training, pk=pk)
    try:
        if give_up_seat(training=training, member=asking(request), now=timezone.now()):
            said = _("Your seat is free for others: %(name)s, %(when)s.") % _said(training)
            messages.success(request, said, extra_tags=f"undo:{reverse('training_join', args=[pk])}")
    except TooLate:
        messages.error(request, _("This session has begun; choose another one."))
    return _back(request, training)


def _said(training: Training) -> dict[str, str]:
    return {
        "name": training.certification.label,
        "when": f"{times.day(training.starts_at)} {times.span(training.starts_at, training.ends_at)}",
    }


def _back(request: HttpRequest, training: Training) -> HttpResponse:
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else reverse("certification", args=[training.certification.slug]))

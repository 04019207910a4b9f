"""A member's own badges: a new one by its code, a lost one blocked with one press."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.actions import badges, enrol
from booking.forms.badges import CodeForm
from booking.views.me import my_page
from lab.auth import asking
from lab.models import Badge


@require_POST
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Ask for the card whose code was typed; a wrong one stays in the form."""
    form, member = CodeForm(request.POST), asking(request)
    if form.is_valid():
        wanted = enrol.Wanted(form.cleaned_data["kind"], form.cleaned_data["label"])
        try:
            got = enrol.claim(
                member=member, text=form.cleaned_data["code"], wanted=wanted, now=timezone.now()
            )
        except (enrol.WrongCode, enrol.TooManyTries, enrol.Gone) as refused:
            form.add_error("code", why(refused))
        else:
            messages.success(request, _works(got))
            return redirect(f"{reverse('me')}#badges")
    return my_page(request, badge_form=form, status=422)


@require_POST
@login_required
def lost(request: HttpRequest, pk: int) -> HttpResponse:
    """Block it, with a way back for a while."""
    badge, by = _own(request, pk), asking(request)
    try:
        badges.report_lost(badge=badge, by=by, now=timezone.now())
    except badges.CannotDo:
        messages.info(request, _("It is blocked already."))
    else:
        said = _("Blocked: {badge}. It opens nothing any more.").format(badge=badge)
        messages.success(request, said, extra_tags=f"undo:{reverse('badge_found', args=[pk])}")
    return redirect(f"{reverse('me')}#badges")


@require_POST
@login_required
def found(request: HttpRequest, pk: int) -> HttpResponse:
    badge, by = _own(request, pk), asking(request)
    try:
        badges.report_found(badge=badge, by=by, now=timezone.now())
    except badges.CannotDo:
        messages.error(request, _("Too late to take it back here; a lab manager unblocks it for you."))
    else:
        messages.success(request, _("It opens again: {badge}.").format(badge=badge))
    return redirect(f"{reverse('me')}#badges")


def why(refused: Exception) -> str:
    """What to do now."""
    if isinstance(refused, enrol.TooManyTries):
        return _("Too many wrong codes. Wait a quarter of an hour, or ask at the desk.")
    if isinstance(refused, enrol.Gone):
        return _("This card is somebody's badge already.")
    return _("No card waits with this code. Tap it once more and type what the reader shows.")


def _works(got: object) -> str:
    if isinstance(got, Badge):
        return _("It is yours and opens from now on: {badge}.").format(badge=got)
    return _("Got it. A lab manager looks at it; you are told here and by mail.")


def _own(request: HttpRequest, pk: int) -> Badge:
    rows = Badge.objects.filter(member=asking(request))
    badge = rows.filter(pk=pk).first() if pk < 2**63 else None
    if badge is None:
        raise Http404
    return badge

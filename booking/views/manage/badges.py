"""Badges of everybody: what waits for a yes, who has which, guests and lost ones."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.actions import badges as actions
from booking.actions import enrol
from booking.forms.badges import BadgeForm, EnterForm, LendForm
from booking.models import Enrolment
from booking.queries import badges as queries
from booking.views.badges import why
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Badge
from lab.views.manage.keeping import before, history, history_of, keep, page, posted

A_PAGE = 40
STATES = {
    "": gettext_lazy("all"),
    "active": gettext_lazy("in use"),
    "lent": gettext_lazy("lent to guests"),
    "free": gettext_lazy("free guest badges"),
    "lost": gettext_lazy("lost"),
}
MEANWHILE = gettext_lazy("Something was decided meanwhile; look again.")


@managers_only
@require_http_methods(["GET", "POST"])
def badges(request: HttpRequest) -> HttpResponse:
    """Context: `asked` Enrolments, `badges` (a page of them), `q`, `states`, `state`, `form` of a new one."""
    form = EnterForm(posted(request))
    if form.is_bound and form.is_valid():
        entered = _entered(request, form)
        if entered is not None:
            messages.success(request, _("Entered: {badge}.").format(badge=entered))
            return redirect("manage_badge", entered.pk)
    q, state = request.GET.get("q", ""), request.GET.get("state", "")
    context = {
        "asked": queries.waiting(),
        "badges": Paginator(queries.found(q, state), A_PAGE).get_page(request.GET.get("page")),
        "q": q,
        "state": state,
        "states": STATES.items(),
        "now": timezone.now(),
        "history": history_of(Badge),
    }
    return page(request, "booking/manage/badges.html", context, form)


@managers_only
@require_http_methods(["GET", "POST"])
def badge(request: HttpRequest, pk: int) -> HttpResponse:
    """Context: `badge`, `form`, `lend_form` of a free guest badge, `held` by readers when it is lost."""
    row = _badge(pk)
    was = before(row)
    form = BadgeForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_badge", pk)
    return _page(request, pk, form)


@managers_only
@require_GET
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a loss has come round, for a page that looks again and again."""
    row = _badge(pk)
    held = queries.held_by(row)
    context = {"badge": row, "held": held, "spread": queries.spread(held)}
    return page(request, "booking/manage/_badge_readers.html", context)


@managers_only
@require_POST
def lend(request: HttpRequest, pk: int) -> HttpResponse:
    form = LendForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, BadgeForm(instance=_badge(pk)), form)
    guest, until = form.cleaned_data["guest"], form.cleaned_data["until"]

    def act(row: Badge) -> str:
        who = actions.lend(badge=row, guest=guest, until=until, by=asking(request), now=timezone.now())
        return _("{badge} is lent to {name}.").format(badge=row, name=who.display_name)

    return _deed(request, pk, act)


@managers_only
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: Badge) -> str:
        actions.take_back(badge=row, by=asking(request), now=timezone.now())
        return _("{badge} is back.").format(badge=row)

    return _deed(request, pk, act)


@managers_only
@require_POST
def lost(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: Badge) -> str:
        actions.report_lost(badge=row, by=asking(request), now=timezone.now())
        return _("Blocked: {badge}. It opens nothing any more.").format(badge=row)

    return _deed(request, pk, act, undo="manage_badge_found")


@managers_only
@require_POST
def found(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: Badge) -> str:
        actions.report_found(badge=row, by=asking(request), now=timezone.now())
        return _("It opens again: {badge}.").format(badge=row)

    return _deed(request, pk, act)


@managers_only
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        made = enrol.accept(enrolment=_asked(pk), by=asking(request), now=timezone.now())
    except enrol.Gone:
        messages.error(request, str(MEANWHILE))
    else:
        name = made.member.display_name if made.member else ""
        messages.success(request, _("{badge} opens for {name} from now on.").format(badge=made, name=name))
    return redirect("manage_badges")


@managers_only
@require_POST
def turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:300]
    try:
        enrol.turn_down(enrolment=_asked(pk), by=asking(request), reason=reason, now=timezone.now())
    except enrol.Gone:
        messages.error(request, str(MEANWHILE))
    else:
        messages.success(request, _("Declined. They hear of it by mail."))
    return redirect("manage_badges")


def _deed(request: HttpRequest, pk: int, act: Callable[[Badge], str], undo: str = "") -> HttpResponse:
    """Do it and say so, or say that the badge was changed meanwhile."""
    try:
        back = f"undo:{reverse(undo, args=[pk])}" if undo else ""
        messages.success(request, act(_badge(pk)), extra_tags=back)
    except actions.CannotDo:
        messages.error(request, _("That is no longer possible: look at the badge again."))
    return redirect("manage_badge", pk)


def _page(request: HttpRequest, pk: int, form: BadgeForm, lend_form: LendForm | None = None) -> HttpResponse:
    row = _badge(pk)
    held = queries.held_by(row)
    context = {
        "badge": row,
        "badge_form": form,
        "lend_form": lend_form or LendForm(),
        "may_lend": row.kind == Badge.Kind.GUEST and row.member is None and row.lost_at is None,
        "held": held,
        "spread": queries.spread(held),
        "now": timezone.now(),
        "history": history(row),
    }
    return page(request, "booking/manage/badge.html", context, lend_form or form)


def _entered(request: HttpRequest, form: EnterForm) -> Badge | None:
    wanted = enrol.Wanted(form.cleaned_data["kind"], form.cleaned_data["label"])
    try:
        return enrol.claim_for(
            owner=form.cleaned_data["member"],
            by=asking(request),
            text=form.cleaned_data["code"],
            wanted=wanted,
            now=timezone.now(),
        )
    except (enrol.WrongCode, enrol.TooManyTries, enrol.Gone) as refused:
        form.add_error("code", why(refused))
        return None


def _badge(pk: int) -> Badge:
    rows = Badge.objects.select_related("member")
    return get_object_or_404(rows.filter(pk=pk) if pk < 2**63 else rows.none())


def _asked(pk: int) -> Enrolment:
    """What waits under this number; another manager may have decided it since the page was loaded.

    Raises:
        Gone: it waits no more.
    """
    row = queries.waiting().filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise enrol.Gone
    return row

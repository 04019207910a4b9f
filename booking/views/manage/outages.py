"""What is out of order, will be and was; what members report of it, and what becomes of that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions import faults as report_actions
from booking.actions import outages as actions
from booking.forms.faults import OutageForm
from booking.models import FaultReport
from booking.queries import faults
from booking.queries.hit_groups import anchor
from booking.views.deeds import back, safe
from lab.actions.changes import newest
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Outage, Resource
from lab.views.manage.keeping import history, history_of, page, posted, say

PAST_SHOWN = 20


@managers_only
def outages(request: HttpRequest) -> HttpResponse:
    """Context: `reports` that are open, `running`, `planned` and `past` outages with `undecided` bookings."""
    now = timezone.now()
    running = list(faults.running(now))
    context = {
        "reports": faults.open_reports(),
        "running": running,
        "down": {outage.resource_id: outage for outage in running},
        "planned": faults.planned(now),
        "past": faults.past(now)[:PAST_SHOWN],
        "hits_url": hits_url(),
        "history": history_of(Outage),
    }
    return page(request, "booking/manage/outages.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def new_outage(request: HttpRequest) -> HttpResponse:
    """Of the `resource` that the address names, or of one to choose; `report` is ticked already."""
    slug, report = request.GET.get("resource", ""), request.GET.get("report", "")
    resource = get_object_or_404(Resource, slug=slug) if slug else None
    form = OutageForm(posted(request), now=timezone.now(), resource=resource, initial={"reports": [report]})
    if form.is_bound and form.is_valid() and (row := _declared(request, form, resource)):
        _say(request, row)
        return _on(request)
    return page(request, "booking/manage/outage.html", {"resource": resource, "next": _next(request)}, form)


@managers_only
@require_http_methods(["GET", "POST"])
def outage(request: HttpRequest, pk: int) -> HttpResponse:
    """Another reason, another end."""
    row = get_object_or_404(Outage.objects.select_related("resource"), pk=pk)
    kept = {"starts_at": row.starts_at, "ends_at": row.ends_at, "reason": row.reason}
    form = OutageForm(posted(request), now=timezone.now(), resource=row.resource, outage=row, initial=kept)
    if form.is_bound and form.is_valid() and _changed(request, form, row):
        _say(request, row)
        return _on(request)
    fresh = Outage.objects.select_related("resource").get(pk=pk)
    context = {
        "row": fresh,
        "resource": fresh.resource,
        "reports": fresh.reports.select_related("member"),
        "undecided": fresh.hits.filter(decision="").count(),
        "hits_url": hits_url(),
        "next": _next(request),
        "now": timezone.now(),
        "history": history(fresh),
    }
    return page(request, "booking/manage/outage.html", context, form)


@managers_only
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """It works again; of a planned one: it will go on working."""
    row = get_object_or_404(Outage.objects.select_related("resource"), pk=pk)
    actions.end(outage=row, by=asking(request), now=timezone.now())
    if row.pk is None:
        messages.success(request, _("%(what)s stays in service.") % {"what": row.resource})
        return redirect("manage_outages")
    messages.success(request, _("%(what)s works again.") % {"what": row.resource})
    return back(request)


@managers_only
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """It works; the member hears why."""
    row = _report(pk)
    answer = request.POST.get("answer", "").replace("\0", "").strip()[:200]
    try:
        report_actions.dismiss(report=row, by=asking(request), now=timezone.now(), answer=answer)
        messages.success(request, _("Answered: %(what)s stays in service.") % {"what": row.resource})
    except report_actions.Decided:
        _too_late(request)
    return back(request)


@managers_only
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It is part of the outage that runs."""
    row, now = _report(pk), timezone.now()
    running = faults.running(now).filter(resource=row.resource).first()
    if running is None:
        return redirect(f"{reverse('manage_new_outage')}?resource={row.resource.slug}&report={row.pk}")
    try:
        report_actions.confirm(report=row, outage=running, by=asking(request), now=now)
        messages.success(request, _("Answered: it is part of the outage that runs."))
    except report_actions.Decided:
        _too_late(request)
    return back(request)


def hits_url() -> str:
    """Where one decides about bookings that are hit."""
    return reverse("manage_hits")


def _declared(request: HttpRequest, form: OutageForm, resource: Resource | None) -> Outage | None:
    told: dict[str, Any] = form.wanted | {"reports": form.cleaned_data.get("reports", ())}
    what = resource or form.cleaned_data["resource"]
    try:
        return actions.declare(resource=what, by=asking(request), now=form.now, **told)
    except actions.Overlaps as refused:
        form.refuse(refused.other)
    except report_actions.Decided:
        form.add_error("reports", _("Another manager has answered one of them. Look again, then save."))
    return None


def _changed(request: HttpRequest, form: OutageForm, row: Outage) -> bool:
    try:
        actions.change(outage=row, by=asking(request), now=form.now, **form.wanted)
    except actions.Overlaps as refused:
        form.refuse(refused.other)
        return False
    return True


def _say(request: HttpRequest, row: Outage) -> None:
    count = row.hits.filter(decision="").count()
    hit = ngettext("It falls on %(count)d booking.", "It falls on %(count)d bookings.", count)
    go = f"{hits_url()}#{anchor(row)}" if count else ""
    say(request, newest(row), hit % {"count": count} if count else "", go)


def _report(pk: int) -> FaultReport:
    return get_object_or_404(FaultReport.objects.select_related("resource", "member"), pk=pk)


def _too_late(request: HttpRequest) -> None:
    messages.info(request, _("Another manager has answered it already."))


def _next(request: HttpRequest) -> str:
    """The page that one came from, where it is one of ours and no form."""
    told = request.POST.get("next") or request.GET.get("next") or ""
    return told if safe(request, told) else ""


def _on(request: HttpRequest) -> HttpResponse:
    return redirect(_next(request) or "manage_outages")

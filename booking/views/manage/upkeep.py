"""Maintenance before managers: what is due where, the plans, one machine's history, the sign-off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.actions import upkeep as actions
from booking.forms.upkeep import HoursForm, PlanForm, PostponeForm, SignOffForm, TaskForms
from booking.models import Upkeep, UpkeepPlan, UpkeepVisit
from booking.queries.upkeep import counter, in_force, standing, standings
from lab import times
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Resource
from lab.views.manage.keeping import before, history, history_of, keep, page, posted, remove

VISITS_SHOWN = 30


@managers_only
def upkeep(request: HttpRequest) -> HttpResponse:
    """Context: `standings`, the most urgent first; `plans`, those given up last."""
    rows = UpkeepPlan.objects.select_related("resource").prefetch_related("tasks")
    context = {
        "standings": standings(in_force(), now=timezone.now()),
        "plans": sorted(rows, key=lambda row: (row.retired_at is not None, row.name.lower())),
        "history": history_of(UpkeepPlan),
    }
    return page(request, "booking/manage/upkeep.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A plan with its tasks; a new one may be for the `resource` that the address names."""
    row = get_object_or_404(UpkeepPlan.objects.select_related("resource"), pk=pk) if pk else UpkeepPlan()
    was, now = before(row), timezone.now()
    form = PlanForm(posted(request), instance=row, initial=_initial(request))
    tasks = TaskForms(posted(request), prefix="tasks", initial=_tasks(row))
    if form.is_bound and form.is_valid() & tasks.is_valid():
        kept = keep(request, form, was=was, save=lambda: form.keep(tasks, now=now))
        if kept is not None:
            return (
                redirect("manage_upkeep_plan", kept.pk)
                if "more" in request.POST
                else redirect("manage_upkeep")
            )
    if form.is_bound and not form.errors and not tasks.is_valid():
        form.add_error(None, _("Look at the tasks: one of them is too long."))
    fresh = UpkeepPlan.objects.get(pk=pk) if pk else row
    context = {"row": fresh, "tasks": tasks, "history": history(fresh) if pk else []}
    return page(request, "booking/manage/upkeep_plan.html", context, form)


@managers_only
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan that nobody ever followed goes; another one is given up and keeps its history."""
    row = get_object_or_404(UpkeepPlan, pk=pk)
    actions.give_up(plan=row, by=asking(request), now=timezone.now())
    if not row.upkeeps.filter(visits__isnull=False).exists():
        return remove(request, row, back=reverse("manage_upkeep"))
    messages.success(request, _("%(plan)s is given up; its history stays.") % {"plan": row})
    return redirect("manage_upkeep")


@managers_only
@require_safe
def at_resource(request: HttpRequest, pk: int) -> HttpResponse:
    return _at_page(request, _found(pk))


def _meanwhile(row: Upkeep) -> str:
    """Who was faster since the page was opened; the same press once more is meant."""
    last = row.visits.exclude(what=UpkeepVisit.What.POSTPONED).select_related("by").first()
    who = last.by.display_name if last and last.by else _("Somebody")
    words = _(
        "{who} signed it off or set its hours meanwhile: {day} {time}. Sign again only if it was done again."
    )
    return words.format(who=who, day=times.day(row.since), time=times.clock(row.since))


@managers_only
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Usable on a phone at the machine."""
    row, now = _found(pk), timezone.now()
    tasks = list(row.plan.tasks.select_related("certification"))
    form = SignOffForm(posted(request), tasks=tasks, by=asking(request), now=now)
    since = row.since.isoformat()
    if form.is_bound and request.POST.get("since", since) != since:
        form.full_clean()
        form.add_error(None, _meanwhile(row))
    if form.is_bound and form.is_valid():
        said = {"note": form.cleaned_data["note"], "shown": form.cleaned_data["shown"]}
        actions.sign_off(upkeep=row, by=asking(request), now=now, checks=form.checks(), **said)
        messages.success(request, _("Signed off: %(what)s. It counts anew from now on.") % {"what": row})
        return redirect("manage_upkeep_at", pk)
    context = {"row": row, "found": standing(row, now=now), "counter": counter(row.resource, now=now)}
    return page(request, "booking/manage/upkeep_sign.html", context, form)


@managers_only
@require_POST
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = _found(pk), timezone.now()
    form = PostponeForm(request.POST, found=standing(row, now=now), now=now)
    if not form.is_valid():
        return _at_page(request, row, postpone_form=form)
    reason = form.cleaned_data["reason"]
    actions.postpone(upkeep=row, by=asking(request), now=now, reason=reason, **form.wanted)
    messages.success(request, _("Put off: %(what)s.") % {"what": row})
    return redirect("manage_upkeep_at", pk)


@managers_only
@require_POST
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Hours of work since the last maintenance, as a manager knows them."""
    row, now = _found(pk), timezone.now()
    form = HoursForm(request.POST, prefix="since")
    if not form.is_valid():
        return _at_page(request, row, hours_form=form)
    actions.count_from(upkeep=row, by=asking(request), now=now, **form.cleaned_data)
    messages.success(request, _("The hours are set."))
    return redirect("manage_upkeep_at", pk)


@managers_only
@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """What the machine's own counter shows: read, or of a new one."""
    row, now = _found(pk), timezone.now()
    form = HoursForm(request.POST, prefix="counter")
    if not form.is_valid():
        return _at_page(request, row, counter_form=form)
    actions.mark_hours(resource=row.resource, by=asking(request), now=now, **form.cleaned_data)
    messages.success(request, _("The counter is set; no plan changes by that."))
    return redirect("manage_upkeep_at", pk)


def _at_page(request: HttpRequest, row: Upkeep, **forms: Any) -> HttpResponse:
    """Context: `found` Standings, `tasks`, `visits` with their checks, `counter` hours, three forms."""
    now: datetime = timezone.now()
    found = standing(row, now=now)
    context = {
        "row": row,
        "found": found,
        "now": now,
        "tasks": row.plan.tasks.select_related("certification"),
        "visits": row.visits.select_related("by").prefetch_related("checks")[:VISITS_SHOWN],
        "counter": counter(row.resource, now=now),
        "postpone_form": PostponeForm(found=found, now=now),
        "hours_form": HoursForm(prefix="since"),
        "counter_form": HoursForm(prefix="counter"),
    } | forms
    refused = next(iter(forms.values()), None)
    return page(request, "booking/manage/upkeep_at.html", context, refused)


def _found(pk: int) -> Upkeep:
    row: Upkeep = get_object_or_404(Upkeep.objects.select_related("plan", "resource__zone", "outage"), pk=pk)
    return row


def _initial(request: HttpRequest) -> dict[str, Any]:
    slug = request.GET.get("resource", "")
    return {"target": f"resource:{slug}"} if Resource.objects.filter(slug=slug).exists() else {}


def _tasks(row: UpkeepPlan) -> list[dict[str, Any]]:
    rows = row.tasks.all() if row.pk else []
    return [{"text": one.text, "unit": one.unit, "certification": one.certification_id} for one in rows]

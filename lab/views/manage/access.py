"""Access: what each space demands, and its doors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from lab.forms.access import DoorForm, ZoneAccessForm
from lab.gates import managers_only
from lab.models import Door, Zone
from lab.views.manage.keeping import before, history, history_of, keep, page, posted


@managers_only
def access(request: HttpRequest) -> HttpResponse:
    """Context: `zones` with their demands and doors."""
    zones = Zone.objects.select_related("certification", "programme").prefetch_related("doors")
    context = {"zones": zones.order_by("slug"), "history": history_of(Zone, Door)}
    return page(request, "lab/manage/access.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def zone_access(request: HttpRequest, slug: str) -> HttpResponse:
    zone = get_object_or_404(Zone, slug=slug)
    was = before(zone)
    form = ZoneAccessForm(posted(request), instance=zone)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_access")
    fresh = Zone.objects.get(pk=zone.pk)
    context = {"row": fresh, "sort": "zone", "history": history(fresh)}
    return page(request, "lab/manage/access_form.html", context, form)


@managers_only
@require_http_methods(["GET", "POST"])
def door_access(request: HttpRequest, slug: str) -> HttpResponse:
    door = get_object_or_404(Door.objects.select_related("zone"), slug=slug)
    was = before(door)
    form = DoorForm(posted(request), instance=door)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_access")
    fresh = Door.objects.select_related("zone").get(pk=door.pk)
    context = {"row": fresh, "sort": "door", "history": history(fresh)}
    return page(request, "lab/manage/access_form.html", context, form)

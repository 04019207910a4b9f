"""Opening hours of the spaces: the week, holidays, single days."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from lab import holidays
from lab.actions.parts import set_week
from lab.forms.hours import SpecialDayForm, WeekForm
from lab.gates import managers_only
from lab.models import SpecialDay, Zone
from lab.phrases.week import opened, week
from lab.views.manage.keeping import before, history, history_of, keep, page, posted, remove

HOLIDAYS_SHOWN = 5


@managers_only
def hours(request: HttpRequest) -> HttpResponse:
    """Context: `zones` [(Zone, [(days, hours)], special days to come)]."""
    today = timezone.localdate()
    rows = Zone.objects.prefetch_related("hours", "special_days").order_by("slug")
    zones = [
        (row, week(opened(row.hours.all())), [day for day in row.special_days.all() if day.day >= today])
        for row in rows
    ]
    context = {"zones": zones, "history": history_of(Zone, SpecialDay)}
    return page(request, "lab/manage/hours.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def zone_hours(request: HttpRequest, slug: str) -> HttpResponse:
    """Context: `form` of the week, `special` days to come and `special_form`, `holidays` [(day, name)]."""
    zone = get_object_or_404(Zone, slug=slug)
    was, kept = before(zone), opened(zone.hours.all())
    copies = "copy" in request.POST
    form = WeekForm(posted(request), zone=zone, week=kept)
    if copies:
        form = WeekForm(form.copied(), zone=zone, week=kept)
    elif form.is_bound and form.is_valid() and keep(request, form, was=was, save=lambda: _save(zone, form)):
        return redirect("manage_zone_hours", zone.slug)
    return _zone_page(request, zone, form, SpecialDayForm())


@managers_only
@require_POST
def add_special_day(request: HttpRequest, slug: str) -> HttpResponse:
    zone = get_object_or_404(Zone, slug=slug)
    form = SpecialDayForm(request.POST, instance=SpecialDay(zone=zone))
    if form.is_valid() and keep(request, form, was=None, save=form.save):
        return redirect(reverse("manage_zone_hours", args=[zone.slug]) + "#special")
    return _zone_page(request, zone, WeekForm(zone=zone, week=opened(zone.hours.all())), form)


@managers_only
@require_POST
def delete_special_day(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    day = get_object_or_404(SpecialDay, pk=pk, zone__slug=slug)
    return remove(request, day, back=reverse("manage_zone_hours", args=[slug]) + "#special")


def _save(zone: Zone, form: WeekForm) -> Zone:
    zone.always_open, zone.holidays = form.cleaned_data["always_open"], form.cleaned_data["holidays"]
    zone.save()
    set_week(
        zone, [[day, f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, opens, closes in form.cleaned_data["week"]]
    )
    return zone


def _zone_page(request: HttpRequest, zone: Zone, form: WeekForm, special: SpecialDayForm) -> HttpResponse:
    """The holidays shown are those of the choice as it stands in the form."""
    today, where = timezone.localdate(), request.GET.get("holidays", form["holidays"].value() or "")
    coming = zone.special_days.filter(day__gte=today)
    context = {
        "zone": zone,
        "special": coming,
        "special_form": special,
        "holidays": holidays.coming(
            where, since=today, language=get_language() or "fr", number=HOLIDAYS_SHOWN
        ),
        "history": history(zone, *coming),
    }
    refused = special if special.is_bound else form
    return page(request, "lab/manage/zone_hours.html", context | {"form": form}, refused)

"""Alarms: what is open and who takes care of it, what was, what is muted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import alarm_words
from booking.actions import alarms as actions
from booking.alarms.picture import show
from booking.forms.alarms import MuteForm
from booking.queries import alarms as queries
from booking.views.deeds import back
from devices.models import Alarm, AlarmMute, AlarmRule, Device
from lab.auth import asking
from lab.gates import managers_only
from lab.views.manage.keeping import page, posted

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Line:
    """An alarm as it is read."""

    row: Alarm
    title: str
    place: str
    measured: str
    mute: AlarmMute | None


@managers_only
@require_safe
def alarms(request: HttpRequest) -> HttpResponse:
    """Context: `opened` Lines, `past` a page of Lines, `mutes`, and what the past is narrowed to."""
    now = timezone.now()
    severity, text = request.GET.get("severity", ""), request.GET.get("q", "").replace("\0", "")[:60]
    past = Paginator(queries.past(severity=severity, text=text), SHOWN).get_page(request.GET.get("page"))
    context = {
        "opened": lines(queries.opened(), now=now),
        "page": past,
        "past": lines(past.object_list, now=now),
        "mutes": [(row, _muted(row)) for row in queries.mutes(now)],
        "severity": severity,
        "severities": AlarmRule.Severity.choices,
        "q": text,
        "now": now,
    }
    return render(request, "booking/manage/alarms.html", context)


@managers_only
@require_safe
def mark(request: HttpRequest) -> HttpResponse:
    """What stands in the head of a manager's page; asked for again and again."""
    return render(request, "booking/_alarm_mark.html")


@require_POST
@managers_only
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: from then on somebody's name stands there."""
    row, now = get_object_or_404(Alarm, pk=pk), timezone.now()
    note = request.POST.get("note", "").replace("\0", "").strip()[:200]
    if actions.acknowledge(alarm=row, by=asking(request), now=now, note=note):
        messages.success(request, _("You take care of it; the others see that."))
        show(now=now)
    else:
        messages.info(request, _("Somebody takes care of it already."))
    return back(request)


@managers_only
@require_http_methods(["GET", "POST"])
def mute_rule(request: HttpRequest, pk: int) -> HttpResponse:
    return _mute(
        request, rule=get_object_or_404(AlarmRule.objects.select_related("device", "resource"), pk=pk)
    )


@managers_only
@require_http_methods(["GET", "POST"])
def mute_device(request: HttpRequest, slug: str) -> HttpResponse:
    return _mute(request, device=get_object_or_404(Device, name=slug))


@require_POST
@managers_only
def unmute(request: HttpRequest, pk: int) -> HttpResponse:
    actions.unmute(mute=get_object_or_404(AlarmMute, pk=pk), now=timezone.now())
    messages.success(request, _("No longer muted."))
    return back(request)


def _mute(
    request: HttpRequest, *, rule: AlarmRule | None = None, device: Device | None = None
) -> HttpResponse:
    """For how long, and why."""
    now = timezone.now()
    form = MuteForm(posted(request), now=now)
    if form.is_bound and form.is_valid():
        told = {"until": form.end, "by": asking(request), "now": now, "reason": form.cleaned_data["reason"]}
        actions.mute(rule=rule, device=device, **told)
        messages.success(request, _("Muted: its alarms are kept, nobody is told."))
        return redirect("manage_alarms")
    what = alarm_words.rule_title(rule) if rule else str(device)
    return page(request, "booking/manage/alarm_mute.html", {"what": what, "rule": rule}, form)


def lines(rows: object, *, now: datetime) -> list[Line]:
    """Alarms in words, with what mutes them."""
    rules, devices = queries.muted_by(now)
    return [
        Line(
            row,
            alarm_words.title(row.data, row.key),
            alarm_words.place(row),
            alarm_words.measured(row.data),
            rules.get(row.rule_id or 0) or devices.get(row.device_id or 0),
        )
        for row in rows  # type: ignore[attr-defined]
    ]


def _muted(row: AlarmMute) -> str:
    return alarm_words.rule_title(row.rule) if row.rule else str(row.device)

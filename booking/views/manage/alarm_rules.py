"""Alarm rules, each as the sentence that it says: the manager's own, and those that every lab has."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import alarm_words
from booking.alarms.house import ensure
from booking.forms.alarms import ASKED, HouseForm, RuleForm
from booking.queries import alarms as queries
from devices.models import AlarmRule, Device
from devices.models.alarms import HOUSE
from lab.actions import changes
from lab.auth import asking
from lab.gates import managers_only
from lab.views.manage.keeping import before, history, history_of, keep, page, posted, remove, say

Condition = AlarmRule.Condition
KINDS = {
    Condition.ABOVE: (gettext_lazy("Too high"), gettext_lazy("A value is above a limit: heat, power, CO₂.")),
    Condition.BELOW: (
        gettext_lazy("Too low"),
        gettext_lazy("A value is below a limit: pressure, a battery."),
    ),
    Condition.RISES: (
        gettext_lazy("Rises fast"),
        gettext_lazy("A value grows by too much in a minute or an hour."),
    ),
    Condition.FALLS: (
        gettext_lazy("Falls fast"),
        gettext_lazy("A value shrinks by too much in a minute or an hour."),
    ),
    Condition.EQUALS: (gettext_lazy("Says a word"), gettext_lazy("A channel says “failed”, a relay is off.")),
    Condition.ABSENT: (gettext_lazy("No reading"), gettext_lazy("A channel has said nothing for a while.")),
    Condition.UNHEARD: (
        gettext_lazy("Device lost"),
        gettext_lazy("A device is silent or offline for a while."),
    ),
    Condition.RESOURCE: (
        gettext_lazy("State of a resource"),
        gettext_lazy("In use while the lab is closed, offline, out of order."),
    ),
}


@managers_only
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Context: `own` and `house` as (rule, title, words, where, mute)."""
    ensure()
    rows = list(queries.rules())
    units, (muted, _devices) = queries.units(rows), queries.muted_by(timezone.now())
    shown = [
        (
            row,
            alarm_words.rule_title(row, units.get(row.key, "")),
            alarm_words.rule_words(row, units.get(row.key, "")),
            alarm_words.where(row),
            muted.get(row.pk),
        )
        for row in rows
    ]
    context = {
        "own": [line for line in shown if not line[0].house],
        "house": [line for line in shown if line[0].house],
        "history": history_of(AlarmRule),
    }
    return page(request, "booking/manage/alarm_rules.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """First what to watch for, then the rule; the address may name the device, channel and limit."""
    condition = request.GET.get("condition", "")
    wished = {name: request.GET.get(name, "") for name in ("device", "key")}
    if condition not in ASKED:
        context = {"kinds": KINDS, "wished": {name: text for name, text in wished.items() if text}}
        return page(request, "booking/manage/alarm_kinds.html", context)
    row = AlarmRule(condition=condition, severity=AlarmRule.Severity.WARNING)
    return _edited(
        request, row, RuleForm(posted(request), instance=row, initial=_proposal(condition, wished))
    )


@managers_only
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AlarmRule.objects.select_related("device", "resource"), pk=pk)
    return _edited(request, row, (HouseForm if row.house else RuleForm)(posted(request), instance=row))


@require_POST
@managers_only
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """On or off, without a form."""
    row = get_object_or_404(AlarmRule, pk=pk)
    was = changes.facts_of(row)
    row.enabled = not row.enabled
    row.save(update_fields=["enabled"])
    say(request, changes.note_change(row=row, before=was, by=asking(request)))
    return redirect("manage_alarm_rules")


@require_POST
@managers_only
def delete_rule(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AlarmRule, pk=pk)
    if row.house:
        messages.error(request, _("The lab’s own rules are switched off, never removed."))
        return redirect("manage_alarm_rules")
    return remove(request, row, back=reverse("manage_alarm_rules"))


def _edited(request: HttpRequest, row: AlarmRule, form: RuleForm | HouseForm) -> HttpResponse:
    kept = AlarmRule.objects.select_related("device", "resource").get(pk=row.pk) if row.pk else None
    if (
        form.is_bound
        and form.is_valid()
        and keep(request, form, was=before(kept) if kept else None, save=form.save)
    ):
        return redirect("manage_alarm_rules")
    unit = queries.units([row]).get(row.key, "")
    title, about = KINDS.get(Condition(row.condition), ("", ""))
    if row.house:
        title, about = HOUSE[row.house], alarm_words.HOUSE_ABOUT[row.house]
    context = {
        "row": kept,
        "title": title,
        "about": about,
        "words": alarm_words.rule_words(kept, unit) if kept else "",
        "history": history(kept) if kept else [],
    }
    return page(request, "booking/manage/alarm_rule.html", context, form)


def _proposal(condition: str, wished: dict[str, str]) -> dict[str, object]:
    """What the form begins with: the device and channel one comes from, and a limit out of its last week."""
    found: dict[str, object] = {"key": wished["key"]} if wished["key"] else {}
    if not wished["device"]:
        return found
    if not Device.objects.filter(name=wished["device"]).exists():
        raise Http404
    found["where"] = f"device:{wished['device']}"
    if condition == Condition.ABOVE and wished["key"]:
        limit = queries.proposed_limit(wished["device"], wished["key"], now=timezone.now())
        found |= {"limit": limit} if limit is not None else {}
    return found

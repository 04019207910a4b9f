"""Tariffs and programmes: a list, a form, who is in, and what still needs one."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lab.actions import changes
from lab.actions.changes import facts_of
from lab.auth import asking
from lab.forms.people import ProgrammeForm, TariffForm
from lab.gates import managers_only
from lab.models import KindRules, Member, Programme, Resource, Tariff
from lab.views.manage.keeping import before, edit, history, history_of, keep, page, posted, remove, say
from lab.views.manage.searching import found_members


@managers_only
def tariffs(request: HttpRequest) -> HttpResponse:
    """Context: `tariffs` [(Tariff, what it is used by)]."""
    rows = [(row, tariff_needed_by(row)) for row in Tariff.objects.order_by("slug")]
    return page(request, "lab/manage/tariffs.html", {"tariffs": rows, "history": history_of(Tariff)})


@managers_only
@require_http_methods(["GET", "POST"])
def tariff(request: HttpRequest, slug: str = "") -> HttpResponse:
    row = get_object_or_404(Tariff, slug=slug) if slug else Tariff()
    needed = tariff_needed_by(row) if slug else []
    return edit(request, row, TariffForm, "lab/manage/tariff.html", back="manage_tariffs", needed_by=needed)


@managers_only
@require_POST
def delete_tariff(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Tariff, slug=slug)
    return remove(request, row, back=reverse("manage_tariffs"), needed_by=tariff_needed_by(row))


def tariff_needed_by(row: Tariff) -> list[str]:
    kinds = dict(Resource.Kind.choices)
    rules = KindRules.objects.filter(tariff=row).values_list("kind", flat=True)
    return [
        *(str(kinds.get(kind, kind)) for kind in rules),
        *(resource.label for resource in Resource.objects.filter(tariff=row)),
    ]


@managers_only
def programmes(request: HttpRequest) -> HttpResponse:
    """Context: `programmes`, those that are over last."""
    today = timezone.localdate()
    rows = list(Programme.objects.prefetch_related("members", "resources"))
    rows.sort(key=lambda row: (row.ends_on is not None and row.ends_on < today, row.slug))
    context = {"programmes": rows, "today": today, "history": history_of(Programme)}
    return page(request, "lab/manage/programmes.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def programme(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Context: `form`, and for one that exists `members` and the `found` ones of a search."""
    row = get_object_or_404(Programme, slug=slug) if slug else Programme()
    was = before(row)
    form = ProgrammeForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=lambda: _save(form)):
        return redirect("manage_programme", form.instance.slug)
    members = row.members.order_by("last_name", "first_name") if row.pk else Member.objects.none()
    asked = request.GET.get("q", "")
    context = {
        "row": row,
        "members": members,
        "q": asked,
        "found": found_members(asked).exclude(pk__in=members)[:12] if asked else None,
        "needed_by": programme_needed_by(row) if row.pk else [],
        "history": history(row) if row.pk else [],
    }
    return page(request, "lab/manage/programme.html", context, form)


@managers_only
@require_POST
def programme_member(request: HttpRequest, slug: str, username: str, come: bool) -> HttpResponse:
    """Somebody comes or leaves."""
    row, member = get_object_or_404(Programme, slug=slug), get_object_or_404(Member, username=username)
    with transaction.atomic():
        was = facts_of(row)
        (row.members.add if come else row.members.remove)(member)
        line = changes.note_change(row=row, before=was, by=asking(request))
    say(request, line)
    return redirect(reverse("manage_programme", args=[slug]) + "#members")


@managers_only
@require_POST
def delete_programme(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Programme, slug=slug)
    return remove(request, row, back=reverse("manage_programmes"), needed_by=programme_needed_by(row))


def programme_needed_by(row: Programme) -> list[str]:
    """Without it these would be open to everybody, or limit nobody."""
    return [
        *(one.label for one in row.resources.all()),
        *(one.label for one in row.zones.all()),
        *(str(quota) for quota in row.quotas.all()),
    ]


def _save(form: ProgrammeForm) -> Programme:
    row: Programme = form.save()
    row.resources.set(form.cleaned_data["resources"])
    return row

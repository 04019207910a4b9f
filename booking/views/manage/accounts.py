"""Accounts before managers: a month by member, project or resource; the price list; programmes' projects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import account_words
from booking.actions.accounts import begin_project, close_project
from booking.forms.accounts import MaterialForm, ProjectForm
from booking.models import Material, Project
from booking.queries import accounts
from booking.queries.accounts import Entry
from booking.views.accounts import asked_month
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Look, Member
from lab.spans import Span
from lab.views.manage.keeping import edit, history_of, page, posted, remove

WAYS = (
    ("member", gettext_lazy("By member")),
    ("project", gettext_lazy("By project")),
    ("resource", gettext_lazy("By resource")),
)


@managers_only
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Context: `month`, its neighbours, `lines` [(Line, name)], `total`; with a `key` its `entries`."""
    month, by, found = _asked(request)
    key = request.GET.get("key")
    shown = found if key is None else accounts.of_key(found, by, key)
    sums = accounts.accounts(shown, by)
    _note_look(request, by, key)
    context: dict[str, Any] = {
        "month": month,
        "now": timezone.now(),
        "earlier": month.start - timedelta(days=1),
        "later": month.end if month.end <= timezone.now() else None,
        "by": by,
        "ways": WAYS,
        "key": key,
        "lines": list(account_words.lines(sums.lines, by)),
        "total": sums.total,
        "entries": shown if key is not None else [],
    }
    return page(request, "booking/manage/accounts.html", context)


@managers_only
@require_safe
def account_file(request: HttpRequest) -> HttpResponse:
    """The same as a file: a line each, or with a `key` a session each."""
    month, by, found = _asked(request)
    key = request.GET.get("key")
    _note_look(request, by, key)
    if key is None:
        text = account_words.table(accounts.accounts(found, by).lines, by)
    else:
        text = account_words.sessions(accounts.of_key(found, by, key))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"{timezone.localdate(month.start):%Y-%m}-{by}"
    response["Content-Disposition"] = f'attachment; filename="etabli-{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@managers_only
def materials(request: HttpRequest) -> HttpResponse:
    rows = Material.objects.order_by("retired", "name")
    return page(request, "booking/manage/materials.html", {"rows": rows, "history": history_of(Material)})


@managers_only
@require_http_methods(["GET", "POST"])
def material(request: HttpRequest, slug: str = "") -> HttpResponse:
    row = get_object_or_404(Material, slug=slug) if slug else Material()
    template, used = "booking/manage/material.html", _material_needed_by(row) if slug else []
    return edit(request, row, MaterialForm, template, back="manage_materials", needed_by=used)


@managers_only
@require_POST
def delete_material(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Material, slug=slug)
    return remove(request, row, back=reverse("manage_materials"), needed_by=_material_needed_by(row))


def _material_needed_by(row: Material) -> list[str]:
    return [_("accounts")] if row.uses.exists() else []


@managers_only
@require_http_methods(["GET", "POST"])
def projects(request: HttpRequest) -> HttpResponse:
    """Context: `rows`, closed ones last; a POST begins one for a programme."""
    form = ProjectForm(posted(request), own=False)
    if form.is_bound and form.is_valid():
        made = begin_project(**form.cleaned_data)
        messages.success(request, _("“%(name)s” can be chosen from now on.") % {"name": made})
        return redirect("manage_projects")
    rows = Project.objects.select_related("member", "programme").order_by("name")
    context = {"rows": sorted(rows, key=lambda row: row.closed_at is not None)}
    return page(request, "booking/manage/projects.html", context, form)


@managers_only
@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """Close it, or open it again."""
    row = get_object_or_404(Project, slug=slug)
    close_project(project=row, now=timezone.now(), closed=row.closed_at is None)
    words = _("“%(name)s” is closed; what was charged to it stays.")
    again = _("“%(name)s” can be chosen from now on.")
    messages.success(request, (words if row.closed_at else again) % {"name": row})
    return redirect("manage_projects")


def _asked(request: HttpRequest) -> tuple[Span, str, list[Entry]]:
    month = accounts.month_of(asked_month(request))
    by = request.GET.get("by", "")
    return month, by if by in accounts.NAMES else "member", accounts.entries(month, now=timezone.now())


def _note_look(request: HttpRequest, by: str, key: str | None) -> None:
    about = Member.objects.filter(username=key).first() if by == "member" and key else None
    Look.note(asking(request), Look.What.SESSIONS, now=timezone.now(), about=about)

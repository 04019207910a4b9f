"""One's own machine time: months, sessions with their material, projects."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions import accounts as actions
from booking.forms.accounts import ChargeForm, ProjectForm, UseForm
from booking.models import MaterialUse, Project, UsageSession
from booking.queries import accounts
from booking.queries.prices import hourly
from booking.queries.projects import open_to
from booking.rules.accounts import within
from lab.auth import asking
from lab.models import Look, Member
from lab.spans import Span

MONTHS_SHOWN = 12


@login_required
@require_http_methods(["GET", "POST"])
def usage(request: HttpRequest) -> HttpResponse:
    """Context: `months` [(Span, Amounts)], the `month` asked for with its `entries` and `total`; `projects`.

    A POST begins a project.
    """
    member, now = asking(request), timezone.now()
    form = ProjectForm(request.POST if request.method == "POST" else None, own=True)
    if form.is_bound and form.is_valid():
        project = actions.begin_project(name=form.cleaned_data["name"], member=member)
        messages.success(request, _("“%(name)s” can be chosen from now on.") % {"name": project})
        return redirect("usage")
    month = accounts.month_of(asked_month(request))
    found = accounts.entries(month, now=now, member=member)
    context = {
        "now": now,
        "month": month,
        "months": accounts.months_of(member, now=now, most=MONTHS_SHOWN),
        "entries": found,
        "total": accounts.accounts(found, "resource").total,
        "projects": open_to(member).select_related("programme"),
        "project_form": form,
    }
    return render(request, "booking/usage.html", context, status=422 if form.errors else 200)


@login_required
def session(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _own(request, pk))


@login_required
@require_POST
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    row = _to_enter(request, pk)
    form = ChargeForm(request.POST, member=row.member, now_charged=accounts.project_of(row))
    if not form.is_valid():
        return _page(request, row, charge_form=form)
    actions.charge(session=row, project=form.cleaned_data["project"])
    messages.success(request, _("The project is noted."))
    return redirect("session", pk)


@login_required
@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """So much of a material was used."""
    row, by = _to_enter(request, pk), asking(request)
    form = UseForm(request.POST)
    if not form.is_valid():
        return _page(request, row, use_form=form)
    made = actions.use_material(session=row, by=by, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Noted: %(what)s.") % {"what": made.material.label})
    return redirect("session", pk)


@login_required
@require_POST
def unuse(request: HttpRequest, pk: int, use: int) -> HttpResponse:
    """It was not used after all."""
    row = _to_enter(request, pk)
    get_object_or_404(MaterialUse, pk=use, session=row).delete()
    messages.success(request, _("Removed."))
    return redirect("session", pk)


@login_required
@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """A project of one's own takes nothing new any more."""
    row = get_object_or_404(Project, slug=slug, member=asking(request))
    actions.close_project(project=row, now=timezone.now())
    messages.success(request, _("“%(name)s” is closed; what was charged to it stays.") % {"name": row})
    return redirect("usage")


def asked_month(request: HttpRequest) -> date:
    """The first of the month `YYYY-MM` that the address names; else the present one."""
    try:
        day = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return timezone.localdate()
    return day if 2000 <= day.year < 2200 else timezone.localdate()


def _page(
    request: HttpRequest,
    row: UsageSession,
    *,
    use_form: UseForm | None = None,
    charge_form: ChargeForm | None = None,
) -> HttpResponse:
    """Context: `session`, its `amounts`, `project`, `uses`, whether one `may_enter`; two forms."""
    by, now = asking(request), timezone.now()
    _note_look(row, by)
    facts = accounts.facts_of(row, hourly([row.resource]), now=now)
    project = accounts.project_of(row)
    whole = Span(facts.start, facts.end) if facts.end > facts.start else accounts.month_of(facts.start.date())
    context = {
        "session": row,
        "now": now,
        "amounts": within(facts, whole),
        "project": project,
        "uses": row.materials.select_related("material", "entered_by"),
        "may_enter": actions.may_enter(row, by, now=now),
        "use_form": use_form or UseForm(),
        "charge_form": charge_form or ChargeForm(member=row.member, now_charged=project),
    }
    return render(request, "booking/session.html", context, status=422 if use_form or charge_form else 200)


def _note_look(row: UsageSession, by: Member) -> None:
    if row.member is not None:
        Look.note(by, Look.What.SESSIONS, now=timezone.now(), about=row.member)


def _own(request: HttpRequest, pk: int) -> UsageSession:
    """The session, for its member and for managers; to others there is none."""
    by = asking(request)
    rows = UsageSession.objects.select_related("resource__zone", "member", "project", "booking__project")
    row: UsageSession = get_object_or_404(rows, pk=pk)
    if row.member_id != by.pk and not by.is_manager:
        raise Http404
    return row


def _to_enter(request: HttpRequest, pk: int) -> UsageSession:
    row = _own(request, pk)
    if not actions.may_enter(row, asking(request), now=timezone.now()):
        raise Http404
    return row

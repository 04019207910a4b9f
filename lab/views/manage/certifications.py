"""Certifications: who holds one, until when, and the trainings in which it can be earned."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from lab.actions import changes
from lab.actions.awards import award
from lab.auth import asking
from lab.forms.people import CertificationForm, ExpiryForm
from lab.gates import managers_only
from lab.models import Award, Certification, Member
from lab.views.manage.keeping import before, history, history_of, keep, page, posted, remove, say
from lab.views.manage.searching import found_members


@managers_only
def certifications(request: HttpRequest) -> HttpResponse:
    """Context: `certifications` with `holders` and their next trainings."""
    now = timezone.now()
    rows = Certification.objects.annotate(holders=Count("awards")).order_by("slug")
    shown = [(row, row.trainings.filter(starts_at__gt=now).first(), row.resource_set.all()) for row in rows]
    context = {"certifications": shown, "history": history_of(Certification, Award)}
    return page(request, "lab/manage/certifications.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def certification(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Context: `form`, and for one that exists its `awards`, `trainings` and the `found` members."""
    row = get_object_or_404(Certification, slug=slug) if slug else Certification()
    was = before(row)
    form = CertificationForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_certification", form.instance.slug)
    return _page(request, row, form, ExpiryForm())


@managers_only
@require_POST
def give_award(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    """Give a certification to a member, or renew it."""
    row, member = get_object_or_404(Certification, slug=slug), get_object_or_404(Member, username=username)
    form = ExpiryForm(request.POST)
    if not form.is_valid():
        return _page(request, row, CertificationForm(instance=row), form)
    award(
        member=member, certification=row, by=asking(request), now=timezone.now(), expires_at=form.expires_at
    )
    say(request, changes.newest(member.awards.get(certification=row)))
    return redirect(_back(request, row))


@managers_only
@require_POST
def revoke_award(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    held = get_object_or_404(Award, certification__slug=slug, member__username=username)
    return remove(request, held, back=_back(request, held.certification))


@managers_only
@require_POST
def make_instructor(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    """Let a holder authorise trainees with their own badge, or no longer."""
    held = get_object_or_404(Award, certification__slug=slug, member__username=username)
    was = changes.facts_of(held)
    with transaction.atomic():
        held.instructor = "instructor" in request.POST
        held.save(update_fields=["instructor"])
        line = changes.note_change(row=held, before=was, by=asking(request))
    say(request, line)
    return redirect(_back(request, held.certification))


@managers_only
@require_POST
def delete_certification(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Certification, slug=slug)
    return remove(request, row, back=reverse("manage_certifications"), needed_by=_needed_by(row))


def _needed_by(row: Certification) -> list[str]:
    """Without it these could be used by everybody, or would have learnt in vain."""
    return [
        *(resource.label for resource in row.resource_set.all()),
        *(zone.label for zone in row.zones.all()),
        *(held.member.display_name for held in row.awards.select_related("member")[:5]),
    ]


def _back(request: HttpRequest, row: Certification) -> str:
    """To the member's page when one came from there."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else reverse("manage_certification", args=[row.slug]) + "#holders"


def _page(
    request: HttpRequest, row: Certification, form: CertificationForm, expiry: ExpiryForm
) -> HttpResponse:
    now, asked = timezone.now(), request.GET.get("q", "")
    awards = (
        row.awards.select_related("member", "awarded_by").order_by("member__last_name", "member__username")
        if row.pk
        else Award.objects.none()
    )
    trainings = row.trainings.annotate(signed_up=Count("taken")) if row.pk else []
    context = {
        "row": row,
        "form": form,
        "expiry": expiry,
        "awards": awards,
        "needed_by": _needed_by(row) if row.pk else [],
        "coming": [one for one in trainings if one.ends_at > now],
        "past": [one for one in trainings if one.ends_at <= now][-5:][::-1],
        "now": now,
        "q": asked,
        "found": found_members(asked)[:12] if asked else None,
        "history": history(row, *awards) if row.pk else [],
    }
    refused = expiry if expiry.is_bound else form
    return page(request, "lab/manage/certification.html", context, refused)

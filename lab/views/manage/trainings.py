"""Sessions of a training: plan one, see who comes, certify those who were there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lab.actions import changes
from lab.actions.changes import facts_of
from lab.actions.trainings import award_attendees, move_together
from lab.auth import asking
from lab.forms.people import AttendeesForm, TrainingForm
from lab.gates import managers_only
from lab.models import Certification, Member, Training
from lab.times import next_quarter
from lab.views.manage.keeping import before, history, keep, page, posted, remove, say

USUAL = timedelta(days=7)


@managers_only
@require_http_methods(["GET", "POST"])
def new_training(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Certification, slug=slug)
    last = row.trainings.last()
    usual: dict[str, Any] = {"starts_at": next_quarter(timezone.now()) + USUAL}
    if last is not None:
        usual |= {"minutes": last.minutes, "seats": last.seats, "place": last.place}
    form = TrainingForm(posted(request), instance=Training(certification=row), initial=usual)
    if form.is_bound and form.is_valid() and keep(request, form, was=None, save=form.save):
        return redirect("manage_training", form.instance.pk)
    return page(request, "lab/manage/training.html", {"certification": row, "training": None}, form)


@managers_only
@require_http_methods(["GET", "POST"])
def training(request: HttpRequest, pk: int) -> HttpResponse:
    """Context: `form` of the session, `seats` that are taken, `award_form`."""
    if request.method == "POST":
        return _change(request, pk)
    row = get_object_or_404(Training, pk=pk)
    return _page(request, row, TrainingForm(instance=row), AttendeesForm(training=row))


@managers_only
@require_POST
def award_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Certify everybody who was there, at once."""
    row = get_object_or_404(Training, pk=pk)
    form = AttendeesForm(request.POST, training=row)
    if not form.is_valid():
        return _page(request, row, TrainingForm(instance=row), form)
    given = award_attendees(
        training=row,
        members=form.cleaned_data["members"],
        by=asking(request),
        now=timezone.now(),
        expires_at=form.expires_at,
    )
    said = ngettext(
        "%(count)d member now holds “%(name)s”.", "%(count)d members now hold “%(name)s”.", len(given)
    )
    messages.success(request, said % {"count": len(given), "name": row.certification.label})
    return redirect(reverse("manage_certification", args=[row.certification.slug]) + "#holders")


@managers_only
@require_POST
def free_seat(request: HttpRequest, pk: int, username: str) -> HttpResponse:
    row, member = get_object_or_404(Training, pk=pk), get_object_or_404(Member, username=username)
    with transaction.atomic():
        was = facts_of(row)
        row.taken.filter(member=member).delete()
        line = changes.note_change(row=row, before=was, by=asking(request))
    say(request, line)
    return redirect("manage_training", pk)


@managers_only
@require_POST
def delete_training(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Training, pk=pk)
    if row.taken.exists():
        messages.error(request, _("Members have signed up; tell them and free their seats first."))
        return redirect("manage_training", pk)
    return remove(request, row, back=reverse("manage_certification", args=[row.certification.slug]))


@transaction.atomic
def _change(request: HttpRequest, pk: int) -> HttpResponse:
    # Locked, so that nobody takes a seat that is just being taken away.
    row = get_object_or_404(Training.objects.select_for_update(), pk=pk)
    was = before(row)
    form = TrainingForm(request.POST, instance=row)
    if form.is_valid() and keep(request, form, was=was, save=lambda: _save(form)):
        return redirect("manage_training", pk)
    return _page(request, row, form, AttendeesForm(training=row))


def _save(form: TrainingForm) -> Training:
    row: Training = form.save()
    move_together(row)
    return row


def _page(request: HttpRequest, row: Training, form: TrainingForm, attendees: AttendeesForm) -> HttpResponse:
    seats = list(row.taken.select_related("member"))
    context = {
        "certification": row.certification,
        "training": row,
        "form": form,
        "seats": seats,
        "mails": ",".join(seat.member.email for seat in seats if seat.member.email),
        "award_form": attendees,
        "now": timezone.now(),
        "history": history(row),
    }
    refused = attendees if attendees.is_bound else form
    return page(request, "lab/manage/training.html", context, refused)

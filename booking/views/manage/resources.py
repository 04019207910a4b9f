"""A resource itself: a new one, its names, its units, what is claimed with it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.units import LastUnit, StillClaimed, add_unit, retire_unit
from booking.views.manage.rules import resource_page
from lab.actions import changes
from lab.actions.changes import facts_of
from lab.auth import asking
from lab.forms.resources import LinkForm, NamesForm, NewResourceForm
from lab.gates import managers_only
from lab.models import Resource, Unit
from lab.views.manage.keeping import before, history, keep, page, posted, say


@managers_only
@require_http_methods(["GET", "POST"])
def new_resource(request: HttpRequest) -> HttpResponse:
    form = NewResourceForm(posted(request), initial={"zone": request.GET.get("zone"), "listed": True})
    if form.is_bound and form.is_valid() and keep(request, form, was=None, save=lambda: _create(form)):
        return redirect("manage_resource_rules", form.instance.slug)
    return page(request, "booking/manage/names.html", {"resource": None}, form)


@managers_only
@require_http_methods(["GET", "POST"])
def names(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Resource, slug=slug)
    was = before(row)
    form = NamesForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_resource_rules", slug)
    fresh = Resource.objects.get(pk=row.pk)
    return page(request, "booking/manage/names.html", {"resource": fresh, "history": history(fresh)}, form)


@managers_only
@require_POST
def add_link(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Resource, slug=slug)
    was = facts_of(row)
    form = LinkForm(request.POST, resource=row)

    def save() -> Resource:
        form.save()
        return row

    if form.is_valid() and keep(request, form, was=was, save=save):
        return _back(slug, "links")
    return resource_page(request, row, link_form=form)


@managers_only
@require_POST
def delete_link(request: HttpRequest, slug: str, also: str) -> HttpResponse:
    row = get_object_or_404(Resource, slug=slug)
    with transaction.atomic():
        was = facts_of(row)
        row.links.filter(also__slug=also).delete()
        line = changes.note_change(row=row, before=was, by=asking(request))
    say(request, line)
    return _back(slug, "links")


@managers_only
@require_POST
def new_unit(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Resource, slug=slug)
    unit = add_unit(resource=row, by=asking(request))
    messages.success(request, _("Unit %(number)d can be booked.") % {"number": unit.number})
    return _back(slug, "units")


@managers_only
@require_POST
def delete_unit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    row = get_object_or_404(Resource, slug=slug)
    try:
        retire_unit(resource=row, number=number, by=asking(request), now=timezone.now())
        messages.success(request, _("Unit %(number)d is out of service.") % {"number": number})
    except StillClaimed:
        said = _("Unit %(number)d is booked for later; move or cancel those bookings first.")
        messages.error(request, said % {"number": number})
    except LastUnit:
        messages.error(request, _("One unit has to stay; take the resource out of the lists instead."))
    except Unit.DoesNotExist:
        raise Http404 from None
    return _back(slug, "units")


def _create(form: NewResourceForm) -> Resource:
    row: Resource = form.save()
    Unit.objects.bulk_create(
        Unit(resource=row, number=number) for number in range(1, form.cleaned_data["units"] + 1)
    )
    return row


def _back(slug: str, part: str) -> HttpResponse:
    return redirect(f"{reverse('manage_resource_rules', args=[slug])}#{part}")

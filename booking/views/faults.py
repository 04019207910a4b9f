"""“Something does not work”: what a member says about a resource, on its page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions import faults
from booking.forms.faults import ReportForm
from booking.views.resource import found, resource_page
from lab.auth import asking


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Say it, or say it in other words; who had to sign in first comes back to the form."""
    row = found(slug)
    if request.method == "GET":
        return redirect(f"{reverse('resource', args=[slug])}#report")
    form = ReportForm(request.POST)
    if not form.is_valid():
        return resource_page(request, row, form)
    faults.report(resource=row, member=asking(request), text=form.cleaned_data["text"], now=timezone.now())
    messages.success(request, _("Thank you. The lab managers know, and you hear what becomes of it."))
    return redirect("resource", slug)

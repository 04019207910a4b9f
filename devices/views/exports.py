"""Readings as a file: the page that asks what is to be in it, and the file itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from devices import queries
from devices.exports import Away, download
from devices.forms.exports import ExportForm
from lab.auth import asking


@login_required
@require_safe
def export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Context: `device`, `form`, `api`: the address that gives the same file to a program."""
    found = get_object_or_404(queries.visible(asking(request)), name=name)
    now = timezone.now()
    view = queries.views([found], now=now)[0]
    form = ExportForm(request.GET if "format" in request.GET else None, view=view, now=now)
    if form.is_bound and form.is_valid():
        try:
            return download.answer(form.asked, form.cleaned_data["format"])
        except download.Busy:
            form.add_error(None, _("Other files are on their way. Try again in a moment."))
        except Away:
            form.add_error(None, _("The server of time series does not answer. Try again in a moment."))
    context = {"device": found, "form": form, "channels": view.channels}
    return render(request, "devices/export.html", context, status=422 if form.errors else 200)

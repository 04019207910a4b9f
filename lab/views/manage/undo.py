"""Taking a change back."""

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lab.actions import changes
from lab.auth import asking
from lab.gates import managers_only
from lab.phrases.changes import change_words


@require_POST
@managers_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(LogEntry, pk=pk)
    try:
        done = changes.undo(line=line, by=asking(request))
        messages.success(request, _("Taken back. %(what)s") % {"what": " · ".join(change_words(done))})
    except changes.CannotUndo:
        messages.error(request, _("That can't be taken back any more: something else changed since."))
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else reverse("manage"))

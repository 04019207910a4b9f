"""Where managers begin: everything that they settle, and what was changed last."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lab.gates import managers_only
from lab.views.manage.keeping import history_of_all


@managers_only
def manage(request: HttpRequest) -> HttpResponse:
    """Context: `history` of the whole house."""
    return render(request, "lab/manage/hub.html", {"history": history_of_all()})

"""Pages of mappings: which JSON becomes which channel, tried on the last messages before it is saved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from devices import letters, mappings, queries
from devices.bridge import NoAnswer, ask
from devices.forms.mappings import (
    MappingForm,
    Rows,
    facts_of,
    fault_words,
    refuse,
    rows_of,
    with_more_rows,
    with_row,
)
from devices.models import Mapping
from lab.auth import asking
from lab.gates import managers_only

PATIENCE = 20.0
MOST_TOPICS = 12


@managers_only
def all_mappings(request: HttpRequest) -> HttpResponse:
    """Context: `mappings` in their order, `topics` that nobody reads."""
    context = {"mappings": Mapping.objects.all(), "topics": _unread()}
    return render(request, "devices/mappings.html", context)


@managers_only
def new_mapping(request: HttpRequest) -> HttpResponse:
    return _page(request, Mapping(topic=request.GET.get("topic", "")[:200]))


@managers_only
def mapping(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, get_object_or_404(Mapping, pk=number))


@require_POST
@managers_only
def preview(request: HttpRequest) -> HttpResponse:
    """The part of the page that shows what the last messages give."""
    form, rows = MappingForm(request.POST), Rows(request.POST, prefix="rows")
    facts, places = facts_of(form, rows)
    tried = _tried(facts)
    fault = fault_words(form, rows, places, *tried["fault"]) if tried["fault"] else ""
    return render(request, "devices/_mapping_preview.html", {"tried": tried, "fault": fault})


@require_POST
@managers_only
def switch_mapping(request: HttpRequest, number: int) -> HttpResponse:
    mappings.switch(mapping=get_object_or_404(Mapping, pk=number), by=asking(request), now=timezone.now())
    return redirect("mappings")


@require_POST
@managers_only
def raise_mapping(request: HttpRequest, number: int) -> HttpResponse:
    mappings.raise_up(mapping=get_object_or_404(Mapping, pk=number), by=asking(request), now=timezone.now())
    return redirect("mappings")


@require_POST
@managers_only
def remove_mapping(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Mapping, pk=number)
    mappings.remove(mapping=found, by=asking(request), now=timezone.now())
    messages.success(request, _("{mapping} is removed; its readings stay.").format(mapping=found))
    return redirect("mappings")


def _page(request: HttpRequest, row: Mapping) -> HttpResponse:
    """`do` saves; `add` puts a path into a row; anything else only tries."""
    data = _posted(request)
    form = MappingForm(data, instance=row)
    rows = Rows(data, prefix="rows", initial=rows_of(row))
    facts, places = facts_of(form, rows) if data else (mappings.facts_of(row), [])
    tried = _tried(facts)
    saving = request.POST.get("do") == "save"
    if saving and "failed" in tried:
        form.add_error(None, _("The bridge could not try it: %(why)s") % {"why": tried["failed"]})
    elif saving and tried["fault"]:
        refuse(form, rows, places, *tried["fault"])
    elif saving and form.is_valid() and rows.is_valid():
        row.channels = facts["channels"]
        mappings.keep(mapping=row, by=asking(request), now=timezone.now())
        messages.success(request, _("{mapping} is in use within seconds.").format(mapping=row))
        return redirect("mappings")
    context = {"form": form, "rows": rows, "row": row, "tried": tried, "refused": saving}
    return render(request, "devices/mapping.html", context, status=422 if saving else 200)


def _posted(request: HttpRequest) -> Any:
    if request.method != "POST":
        return None
    if request.POST.get("add"):
        return with_row(request.POST, request.POST["add"][:200])
    return with_more_rows(request.POST) if request.POST.get("do") == "more" else request.POST


def _tried(facts: dict[str, Any]) -> dict[str, Any]:
    """What the bridge makes of it, and the `paths` of all that was said; `failed` says why it could not."""
    try:
        found = ask("preview", patience=PATIENCE, mapping=facts)
    except NoAnswer as error:
        return {"failed": str(error), "fault": None, "units": [], "messages": [], "paths": []}
    for message in found["messages"]:
        message["at"] = datetime.fromtimestamp(message["at"], UTC)
        own = message.get("own")
        message["timeless"], message["own"] = own == 0, datetime.fromtimestamp(own, UTC) if own else None
    there = {path: value for message in reversed(found["messages"]) for path, value in message["paths"]}
    return found | {"paths": list(there.items())}


def _unread() -> list[str]:
    """The topics of the newest messages that no family reads."""
    found = letters.find(queries.store(), letters.Wanted(code="unknown"), limit=500)
    return list(dict.fromkeys(letter.topic for letter in found if len(letter.topic) <= 200))[:MOST_TOPICS]

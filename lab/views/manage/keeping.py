"""How every managers' page keeps a form: in one transaction, with a line in the log and a way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError, QuerySet
from django.forms import BaseForm, ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lab.actions import changes
from lab.actions.changes import Facts, facts_of
from lab.auth import asking
from lab.phrases.changes import ChangeLine, change_lines, change_words

SHOWN = 8


def before(row: Model) -> Facts | None:
    """What a row says before somebody changes it; None for a new one."""
    return facts_of(row) if row.pk else None


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled in with; None when it is only looked at."""
    return request.POST if request.method == "POST" else None


def keep(
    request: HttpRequest,
    form: BaseForm,
    *,
    was: Facts | None,
    save: Callable[[], Model],
    note: str = "",
    more: Callable[[], tuple[str, str]] | None = None,
) -> Model | None:
    """Save, write the log, say what changed; None when somebody else's change came in between.

    `more` is asked once it is saved, for another sentence and where that leads on to.
    """
    by = asking(request)
    try:
        with transaction.atomic():
            row = save()
            line = (
                changes.note_added(row=row, by=by)
                if was is None
                else changes.note_change(row=row, before=was, by=by)
            )
    except IntegrityError:
        form.add_error(
            None, _("Somebody changed this at the same time. Look at it again, then save once more.")
        )
        return None
    note, go = more() if more else (note, "")
    say(request, line, note, go)
    return row


def edit(
    request: HttpRequest,
    row: Model,
    form_of: type[ModelForm[Any]],
    template: str,
    *,
    back: str,
    needed_by: Sequence[str],
) -> HttpResponse:
    """The page of a row, new or known, with its form; once that is kept, on to the page called `back`.

    Context: `form`, `row`, `needed_by`, `history`.
    """
    was = before(row)
    form = form_of(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect(back)
    context = {"row": row, "needed_by": needed_by, "history": history(row) if row.pk else []}
    return page(request, template, context, form)


def say(request: HttpRequest, line: LogEntry | None, note: str = "", go: str = "") -> None:
    """What became different, with the way back where there is one, and the way on."""
    if line is None:
        messages.info(request, _("Nothing was changed."))
        return
    words = " · ".join(change_words(line))
    undo = f"undo:{reverse('manage_undo', args=[line.pk])}" if changes.can_undo(line) else ""
    tags = f"{undo} go:{go}".strip() if go else undo
    messages.success(request, f"{words}. {note}".strip(), extra_tags=tags)


def remove(
    request: HttpRequest, row: Model, *, back: str, needed_by: list[str] | None = None
) -> HttpResponse:
    """Delete what nothing needs, then go to `back`."""
    if needed_by:
        said = _("It is still needed by: %(what)s. Change that first.") % {"what": ", ".join(needed_by)}
        messages.error(request, said)
        return redirect(request.path.removesuffix("delete/"))
    try:
        say(request, changes.remove(row=row, by=asking(request)))
    except ProtectedError:
        messages.error(request, _("Something still needs it, so it was not removed."))
    return redirect(back)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], form: BaseForm | None = None
) -> HttpResponse:
    """A page, with the status of a refusal when its form was refused."""
    refused = form is not None and form.is_bound and bool(form.errors)
    return render(request, template, {"form": form, **context}, status=422 if refused else 200)


def history(*rows: Model) -> list[ChangeLine]:
    """The newest lines about these rows."""
    found: QuerySet[LogEntry] = LogEntry.objects.none()
    for row in rows:
        kind = ContentType.objects.get_for_model(type(row))
        found = found | LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    return _lines(found)


def history_of(*models: type[Model]) -> list[ChangeLine]:
    """The newest lines about any row of these models."""
    kinds = [kind.pk for kind in ContentType.objects.get_for_models(*models).values()]
    return _lines(LogEntry.objects.filter(content_type__in=kinds))


def history_of_all() -> list[ChangeLine]:
    """The newest lines about anything in the house."""
    return _lines(LogEntry.objects.filter(change_message__contains='"told"'))


def _lines(rows: QuerySet[LogEntry]) -> list[ChangeLine]:
    return change_lines(rows.select_related("user", "content_type").order_by("-action_time", "-pk")[:SHOWN])

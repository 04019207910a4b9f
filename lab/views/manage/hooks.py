"""Webhooks: who is told of what, whether it arrives, and the secret that is shown once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lab.actions import changes
from lab.actions import hooks as deeds
from lab.actions.changes import facts_of
from lab.auth import asking
from lab.forms.hooks import HookForm
from lab.gates import managers_only
from lab.hooks import outbox
from lab.models import Delivery, Hook
from lab.phrases.hooks import trouble
from lab.views.manage.keeping import before, history, history_of, keep, page, posted, remove

SHOWN = 25
SHOW = "hook_secret"  # in the session
SHOWN_WITHIN = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Shown:
    """A webhook, how it is doing, and when a message last arrived."""

    hook: Hook
    state: str
    since: datetime | None

    @property
    def host(self) -> str:
        return urlsplit(self.hook.url).netloc


@managers_only
def hooks(request: HttpRequest) -> HttpResponse:
    """Context: `shown` webhooks."""
    context = {"shown": _shown(Hook.objects.all()), "history": history_of(Hook)}
    return page(request, "lab/manage/hooks.html", context)


@never_cache
@managers_only
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Where a secret was just made, it is shown, this once."""
    if pk is not None:
        return _page(request, get_object_or_404(Hook, pk=pk))
    now = timezone.now()
    row = Hook(created_by=asking(request), created_at=now, since=now)
    form = HookForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=None, save=form.save):
        return _shown_once(request, row)
    return page(request, "lab/manage/hook.html", {"row": row}, form)


@require_POST
@managers_only
def test(request: HttpRequest, pk: int) -> HttpResponse:
    deeds.test(hook=get_object_or_404(Hook, pk=pk, enabled=True), now=timezone.now())
    messages.success(request, _("A test message is on its way."))
    return redirect(f"{reverse('manage_hook', args=[pk])}#deliveries")


@never_cache
@require_POST
@managers_only
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Hook, pk=pk)
    was = facts_of(row)
    deeds.rotate(hook=row, now=timezone.now())
    changes.note_change(row=row, before=was, by=asking(request))
    return _shown_once(request, row)


@require_POST
@managers_only
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Hook, pk=pk)
    was = facts_of(row)
    deeds.switch(hook=row, on=not row.enabled, now=timezone.now())
    changes.note_change(row=row, before=was, by=asking(request))
    on, off = _("Told again of what happens from now on."), _("Told nothing any more.")
    messages.success(request, on if row.enabled else off)
    return redirect("manage_hook", pk=pk)


@require_POST
@managers_only
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    return remove(request, get_object_or_404(Hook, pk=pk), back=reverse("manage_hooks"))


@require_POST
@managers_only
def retry(request: HttpRequest, pk: int, delivery: int | None = None) -> HttpResponse:
    """One message once more, or all that were given up."""
    rows = get_object_or_404(Hook, pk=pk, enabled=True).deliveries.all()
    wanted = rows.filter(state=Delivery.State.DEAD) if delivery is None else rows.filter(pk=delivery)
    n = deeds.retry(wanted, now=timezone.now())
    said = ngettext("{n} message is sent once more.", "{n} messages are sent once more.", n)
    messages.success(request, said.format(n=n))
    return redirect(f"{reverse('manage_hook', args=[pk])}#deliveries")


def _shown_once(request: HttpRequest, row: Hook) -> HttpResponse:
    """On to the page that shows the secret: to load that one again shows nothing and makes nothing.

    The session knows only whose secret is to be shown, and since when.
    """
    request.session[SHOW] = [row.pk, timezone.now().timestamp()]
    return redirect("manage_hook", pk=row.pk)


def _secret(request: HttpRequest, row: Hook) -> str:
    """The secret, if this is the page after it was made."""
    if request.method != "GET" or SHOW not in request.session:
        return ""
    whose, since = request.session.pop(SHOW)
    return row.secret if whose == row.pk and timezone.now().timestamp() - since < SHOWN_WITHIN else ""


def _page(request: HttpRequest, row: Hook) -> HttpResponse:
    was = before(row)
    form = HookForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_hook", pk=row.pk)
    context = {
        "row": row,
        "shown": _shown([row])[0],
        "secret": _secret(request, row),
        "deliveries": [(one, trouble(one)) for one in row.deliveries.all()[:SHOWN]],
        "dead": row.deliveries.filter(state=Delivery.State.DEAD).count(),
        "history": history(row),
        "now": timezone.now(),
    }
    return page(request, "lab/manage/hook.html", context, form)


def _shown(hooks: Iterable[Hook]) -> list[Shown]:
    rows = list(hooks)
    failing = outbox.failing(rows)
    sent = Delivery.objects.filter(hook__in=rows, state=Delivery.State.SENT)
    used = dict(sent.order_by().values("hook").annotate(at=Max("tried_at")).values_list("hook", "at"))
    return [_state(row, failing.get(row.pk), used.get(row.pk)) for row in rows]


def _state(row: Hook, failing: datetime | None, used: datetime | None) -> Shown:
    if row.paused_at is not None:
        return Shown(row, "hook_paused", row.paused_at)
    if not row.enabled:
        return Shown(row, "hook_off", None)
    if failing is not None:
        return Shown(row, "hook_failing", failing)
    return Shown(row, "hook_ok" if used else "hook_new", used)

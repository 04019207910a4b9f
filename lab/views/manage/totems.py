"""Totems: which screens are paired, what they say of themselves, and the key that is shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import segno
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lab.actions import changes
from lab.actions.changes import facts_of
from lab.auth import asking
from lab.forms.totems import TotemForm
from lab.gates import managers_only
from lab.models import Member, Totem
from lab.views.manage.keeping import before, history_of, keep, page, posted, say


@dataclass(frozen=True, slots=True)
class Pairing:
    """A key in clear, as the address that a screen opens once."""

    totem: Totem
    address: str

    @property
    def code(self) -> SafeString:
        """The address for a camera."""
        drawn = segno.make(self.address, error="m", micro=False)
        svg = drawn.svg_inline(border=4, light="#fff", svgclass="qr", lineclass=None, omitsize=True)
        return mark_safe(svg)  # noqa: S308  drawn by segno out of our own address


@never_cache
@managers_only
@require_http_methods(["GET", "POST"])
def totems(request: HttpRequest) -> HttpResponse:
    """Context: `shown` [(Totem, trouble)], `form` for a new one, `pairing` the one time that it is made."""
    row = Totem()
    form = TotemForm(posted(request), instance=row)
    pairing = None
    if form.is_bound and form.is_valid():
        key = row.renew()
        if keep(request, form, was=None, save=lambda: _paired(form, request)):
            pairing, form = _pairing(request, row, key), TotemForm()
    return _page(request, form, pairing)


def _paired(form: TotemForm, request: HttpRequest) -> Totem:
    """The new screen; the one in whose place it hangs is no longer paired."""
    instead = request.POST.get("instead", "")
    for old in Totem.objects.filter(pk=int(instead), revoked_at=None) if instead.isdecimal() else ():
        _revoke(old, asking(request))
    row: Totem = form.save()
    return row


@managers_only
@require_http_methods(["GET", "POST"])
def totem(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for the place where it hangs."""
    row = get_object_or_404(Totem.objects.select_related("zone"), pk=pk, revoked_at=None)
    was = before(row)
    form = TotemForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_totems")
    return page(request, "lab/manage/totem.html", {"row": row, "now": timezone.now()}, form)


@require_POST
@managers_only
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Totem, pk=pk, revoked_at=None)
    say(request, _revoke(row, asking(request)))
    return redirect("manage_totems")


def _revoke(row: Totem, by: Member) -> LogEntry | None:
    was = facts_of(row)
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    return changes.note_change(row=row, before=was, by=by)


def _page(request: HttpRequest, form: TotemForm, pairing: Pairing | None) -> HttpResponse:
    context = {"shown": _shown(timezone.now()), "pairing": pairing, "history": history_of(Totem)}
    return page(request, "lab/manage/totems.html", context, form)


def _shown(now: datetime) -> list[tuple[Totem, str]]:
    rows = Totem.objects.filter(revoked_at=None).select_related("zone")
    return [(row, row.trouble(now)) for row in rows]


def _pairing(request: HttpRequest, row: Totem, key: str) -> Pairing:
    path = f"{reverse('totem', args=[row.zone.slug])}?key={key}"
    site = settings.CONFIG.public_url or request.build_absolute_uri("/").rstrip("/")
    return Pairing(row, f"{site}{path}")

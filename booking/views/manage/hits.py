"""Bookings that outages and closures hit: move, cancel or keep them, one by one or all of a group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import actions, said
from booking.actions.decide_hits import Decided, cancel_hit, keep_hit, move_hit
from booking.actions.hits import note_hits
from booking.house import house
from booking.models import Booking, Hit, Policy
from booking.queries.hit_groups import decided_lately, hit_groups, open_hits
from booking.refusals import Refused
from lab.asked import within_reason
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Resource
from lab.spans import Span
from lab.views.manage.keeping import page

RESULTS = "hit_results"
DECISIONS = ("move", "cancel", "keep")


@managers_only
def hits(request: HttpRequest) -> HttpResponse:
    """Context: `groups` of HitRows, `results` [(done, words)] of the last press, `decided` Hits, `days`."""
    now = timezone.now()
    note_hits(now=now)
    context = {
        "now": now,
        "groups": hit_groups(now=now),
        "results": request.session.pop(RESULTS, []),
        "decided": decided_lately(),
        "days": Policy.current().outage_days,
    }
    return page(request, "booking/manage/hits.html", context)


@managers_only
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Do the same to each `hit`; `to-<hit>` says where a move goes. Each for itself: one that fails stays."""
    now, decision = timezone.now(), request.POST.get("decision", "")
    keys = [int(key) for key in request.POST.getlist("hit") if key.isdecimal() and len(key) < 19]
    found = {hit.pk: hit for hit in open_hits(keys, now=now)} if decision in DECISIONS else {}
    results = [_decided(request, hit, decision, now) for hit in found.values()]
    if len(keys) > len(found):
        results.append((False, _("Something was decided meanwhile; look again.")))
    note_hits(now=now)  # a booking that moved may be hit by something else no more
    if len(results) == 1:
        _tell_one(request, results, list(found.values()), now)
    else:
        request.session[RESULTS] = results
    return redirect("manage_hits")


def _decided(request: HttpRequest, hit: Hit, decision: str, now: datetime) -> tuple[bool, str]:
    """Whether it was done, and what to say about it."""
    stood = _said(hit.booking)
    try:
        return True, f"{hit.booking.member.display_name} · {_done(request, hit, decision, now)}"
    except Decided:
        return False, _("{booking}: it was decided meanwhile.").format(booking=stood)
    except Refused as refused:
        why = " ".join(said.detail(objection) for objection in refused.objections)
        return False, _("{booking} stays to be decided. {why}").format(booking=stood, why=why)


def _done(request: HttpRequest, hit: Hit, decision: str, now: datetime) -> str:
    """Do it, and what came of it.

    Raises:
        Decided, Refused: when nothing came of it.
    """
    by, reason = asking(request), request.POST.get("reason", "").replace("\0", "").strip()[:300]
    if decision == "cancel":
        return said.cancelled(cancel_hit(hit=hit, by=by, now=now, reason=reason))
    if decision == "keep":
        kept = keep_hit(hit=hit, by=by, now=now, reason=reason)
        return _("Stays: {what}, {when}.").format(what=said.what(kept), when=said.when(kept))
    wanted = _wanted(request.POST.get(f"to-{hit.pk}", ""))
    if wanted is None:
        raise Refused([])
    resources, span = wanted
    moved = move_hit(hit=hit, resources=resources, span=span, by=by, now=now)
    return said.changed(Booking.objects.get(pk=moved.pk))


def _wanted(told: str) -> tuple[list[Resource], Span] | None:
    """The resources and the time of a proposal, as the page's address of it says them."""
    asked = QueryDict(told[:1000])
    start, end = (_moment(asked.get(name, "")) for name in ("starts_at", "ends_at"))
    slugs = asked.getlist("resource")
    rows = house().copies(slugs)
    if start is None or end is None or end <= start or not slugs or not all(slug in rows for slug in slugs):
        return None
    return [rows[slug] for slug in slugs], Span(start, end)


def _moment(told: str) -> datetime | None:
    try:
        found = parse_datetime(told)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) and within_reason(found) else None


def _tell_one(
    request: HttpRequest, results: Sequence[tuple[bool, str]], found: Sequence[Hit], now: datetime
) -> None:
    """A single decision is told as anywhere else, with the way back of its booking."""
    ((done, words),) = results
    if not done:
        messages.error(request, words)
        return
    change = actions.undoable(found[0].booking, by=asking(request), now=now)
    undo = f"undo:{reverse('booking_again', args=[found[0].booking_id])}" if change else ""
    messages.success(request, words, extra_tags=undo)


def _said(booking: Booking) -> str:
    return f"{booking.member.display_name}, {said.what(booking)}, {said.when(booking)}"

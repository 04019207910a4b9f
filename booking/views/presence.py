"""Who is in which zone: names for managers, counts for others; a list to call out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from booking import live
from booking.models import Presence
from booking.queries import people, presences
from booking.queries.now import zones
from booking.queries.passages import newest
from booking.views.passages import said
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Look

PASSAGES_SHOWN = 60
ALIKE = 10


@login_required
def presence(request: HttpRequest) -> HttpResponse:
    """Context: `zones` [(ZoneCard, presences with a name, how many without)], for managers what happened."""
    now, member = timezone.now(), asking(request)
    inside = list(people.inside())
    named = [
        row for row in inside if member.is_manager or row.member_id == member.pk or row.member.shows_name
    ]
    shown = []
    for card in zones(now=now):
        told = [row for row in named if row.zone_id == card.zone.pk]
        shown.append((card, told, card.present - len(told)))
    context: dict[str, Any] = {"now": now, "zones": shown}
    if member.is_manager:
        Look.note(member, Look.What.PRESENCE, now=now)
        context["passages"] = said(newest(PASSAGES_SHOWN, alike=ALIKE))
        context["left"] = presences.left_today(now)
    return render(request, "booking/presence.html", context)


@never_cache
@managers_only
def muster(request: HttpRequest) -> HttpResponse:
    """Context: `zones` (Mustered), `total` people, `unsure` of them."""
    now = timezone.now()
    Look.note(asking(request), Look.What.PRESENCE, now=now)
    found = presences.muster(now)
    everybody = [one for zone in found for one in zone.people]

    def people_of(rows: Iterable[presences.Inside]) -> set[int]:
        return {one.presence.member_id for one in rows}

    context = {
        "now": now,
        "zones": found,
        "total": len(people_of(everybody)),
        "unsure": len(people_of(everybody) - people_of(one for one in everybody if not one.doubts)),
    }
    return render(request, "booking/muster.html", context)


@require_POST
@managers_only
def put_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody left without a tap, and a manager knows."""
    now = timezone.now()
    row = get_object_or_404(Presence.objects.select_related("member", "zone"), pk=pk)
    ended = Presence.objects.filter(pk=pk, until=None).update(
        until=now, how=Presence.How.MANAGER, ended_by=asking(request)
    )
    if ended:
        live.publish_zones([row.zone], now=now)
        said_so = _("{name} is no longer counted in {zone}.")
        messages.success(request, said_so.format(name=row.member.display_name, zone=row.zone.label))
    else:
        messages.info(request, _("They had left already."))
    return redirect("presence")

"""Home: what can I use now, what is mine next, where is the next free one."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from booking import said
from booking.forms import FindForm
from booking.queries import people
from booking.queries.now import Card, cards, zones
from booking.views.deeds import here
from lab.auth import asking
from lab.models import Resource

KINDS = list(Resource.Kind.values)
RANK = {"free": 0, "finishing": 1, "closed": 3, "offline": 4, "out_of_order": 5}  # the others stand between


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Context: `mine` (next Booking), `zones`, `kinds` [(kind, label, count)], `cards`, `finder`."""
    member, now = asking(request), timezone.now()
    shown = sorted(cards(member, _resources(), now=now), key=lambda card: RANK.get(card.state, 2))
    only = request.GET.get("only") if request.GET.get("only") in KINDS else ""
    mine = people.coming(member, now=now).first()
    context = {
        "now": now,
        "mine": mine,
        "here": here([mine] if mine else [], now=now),
        "zones": zones(now=now),
        "kinds": [(kind, said.KINDS[kind], count) for kind, count in _counted(shown)],
        "only": only,
        "cards": [card for card in shown if card.resource.kind == only] if only else shown,
        "free": sum(card.state == "free" for card in shown),
        "total": len(shown),
        "finder": FindForm(),
    }
    return render(request, "booking/now.html", context)


def _resources() -> list[Resource]:
    rows = Resource.objects.filter(listed=True).select_related("zone", "certification")
    return sorted(rows, key=lambda row: (KINDS.index(row.kind), row.slug))


def _counted(shown: list[Card]) -> list[tuple[str, int]]:
    counts = Counter(card.resource.kind for card in shown)
    return [(kind, counts[kind]) for kind in KINDS if counts[kind]]

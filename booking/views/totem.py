"""The screen at a zone's entrance: paired once by its address, then by a cookie; it never signs in."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from booking.queries.greeting import greeting
from booking.queries.totem import totem_view
from lab.auth import totem_cookies, totem_of_cookies, totem_of_key
from lab.models import Totem, Zone

YEARS = timedelta(days=400)  # as long as browsers keep a cookie; each visit begins them anew
LONGEST = 200  # bytes of what a screen says of itself
PARTS = ("lab/static/lab/css", "lab/static/lab/js", "booking/templates/booking/totem")


@never_cache
@require_safe
def totem(request: HttpRequest, slug: str) -> HttpResponse:
    """Context: `view` (TotemView), `now`, `release`, `code` to book; without a key only `zone`, `wrong`."""
    zone = get_object_or_404(Zone, slug=slug)
    given = request.GET.get("key", "")
    if given:
        fits = totem_of_key(given)
        if fits is None or fits.zone_id != zone.pk:
            return _how_to_pair(request, zone, wrong=True)
        return _remembering(request, redirect("totem", slug), slug, given)
    if totem_of_cookies(request.COOKIES, slug) is None:
        return _how_to_pair(request, zone, wrong=any(name in request.COOKIES for name in totem_cookies(slug)))
    now = timezone.now()
    view = totem_view(zone, now=now)
    context = {"zone": zone, "view": view, "now": now, "release": release(), "code": _code(request, slug)}
    answer = render(request, "booking/totem/totem.html", context)
    return _remembering(request, answer, slug, request.COOKIES[next(iter(totem_cookies(slug)))])


@never_cache
@csrf_exempt  # whoever has the key is asked nothing else, and another site's page has no such cookie to send
@require_POST
def shown(request: HttpRequest, slug: str) -> HttpResponse:
    """Which day the screen shows, `{"day": "2026-11-23"}`; null for none."""
    paired = totem_of_cookies(request.COOKIES, slug)
    if paired is None:
        return HttpResponse(status=403)
    try:
        day = _day(request.read(LONGEST))
    except ValueError:
        return HttpResponse(status=400)
    Totem.objects.filter(pk=paired.pk).update(seen_at=timezone.now(), shown_on=day)
    return HttpResponse(status=204)


@never_cache
@require_safe
def greeted(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has just badged beside the screen; 204 where that is nobody. Context: `greeting`."""
    paired = totem_of_cookies(request.COOKIES, slug)
    if paired is None:
        return HttpResponse(status=403)
    found = greeting(paired.zone, now=timezone.now())
    if found is None:
        return HttpResponse(status=204)
    with translation.override(found.language):
        return render(request, "booking/totem/_greeting.html", {"greeting": found, "zone": paired.zone})


@cache
def release() -> str:
    """A mark of what the screen runs; it loads itself anew when that is another one."""
    root: Path = settings.BASE_DIR
    files = sorted(path for part in PARTS for path in (root / part).rglob("*") if path.is_file())
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _how_to_pair(request: HttpRequest, zone: Zone, *, wrong: bool) -> HttpResponse:
    """A page for people, so no refusal where nothing was offered; a key that opens nothing is refused."""
    context = {"zone": zone, "wrong": wrong}
    return render(request, "booking/totem/pairing.html", context, status=403 if wrong else 200)


def _day(body: bytes) -> date | None:
    """The day told.

    Raises:
        ValueError: for anything else than a day or none.
    """
    told = json.loads(body)
    if not isinstance(told, dict) or not isinstance(told.get("day", 0), str | None):
        raise ValueError(told)
    day = parse_date(told["day"]) if told["day"] else None
    if told["day"] and day is None:
        raise ValueError(told)
    return day


def _remembering(request: HttpRequest, answer: HttpResponse, slug: str, key: str) -> HttpResponse:
    """Keep the key where only this zone's page and the live socket get it."""
    for name, path in totem_cookies(slug).items():
        answer.set_cookie(
            name,
            key,
            max_age=YEARS,
            path=path,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return answer


def _code(request: HttpRequest, slug: str) -> SafeString:
    """The way to this zone's planning, for a phone."""
    site = settings.CONFIG.public_url or request.build_absolute_uri("/").rstrip("/")
    drawn = io.BytesIO()
    segno.make(f"{site}{reverse('planning')}?zone={slug}", error="m", micro=False).save(
        drawn, kind="svg", border=2, light="#fff", svgclass="qr", lineclass=None, omitsize=True, xmldecl=False
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  drawn by segno out of our own address

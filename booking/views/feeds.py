"""Calendars at secret addresses, for programs that have no session; and a booking as a file."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.calendars.addresses import feed_of, secret_of
from booking.calendars.events import calendar_text
from booking.models import Feed
from booking.queries.feeds import feed_events, member_event
from booking.views.deeds import own
from lab.lab_time import lab_zone

CALENDAR = "text/calendar; charset=utf-8"
READ_EVERY = timedelta(minutes=1)  # how exactly the last read is kept


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar; 304 when it is still the one that the client has. Any other address is 404."""
    found, now = feed_of(secret), timezone.now()
    if found is None:
        raise Http404
    with translation.override(found.member.language):
        events = feed_events(found, site=site_of(request), now=now)
        body = calendar_text(events, zone=lab_zone(), name=name_of(found))
    changed = _noted(found, hashlib.sha256(body).hexdigest(), now)
    answer = HttpResponse(body, content_type=CALENDAR)
    answer = _conditional(request, answer, found.digest, changed)
    answer["Cache-Control"] = "private, max-age=300"
    answer["Content-Disposition"] = 'inline; filename="etabli.ics"'
    return answer


@require_safe
@login_required
def booking_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One booking, to put into a calendar that takes no addresses."""
    booking = own(request, pk)
    body = calendar_text([member_event(booking, site=site_of(request))], zone=lab_zone())
    answer = HttpResponse(body, content_type=CALENDAR)
    answer["Content-Disposition"] = f'attachment; filename="booking-{booking.pk}.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def site_of(request: HttpRequest) -> str:
    """Where members find the site, without a slash at the end."""
    return settings.CONFIG.public_url or request.build_absolute_uri("/").rstrip("/")


def address_of(request: HttpRequest, found: Feed) -> str:
    return f"{site_of(request)}{reverse('feed', args=[secret_of(found)])}"


def name_of(found: Feed) -> str:
    """What the calendar is called, in the language that is active."""
    if found.scope == Feed.Scope.PERSONAL:
        return _("Établi: my bookings")
    place = found.resource or found.zone
    return f"Établi · {place.label}" if place else "Établi"


def _noted(found: Feed, digest: str, now: datetime) -> datetime:
    """Remember that it was read, and since when it says what it says."""
    mine = Feed.objects.filter(pk=found.pk)
    if found.digest != digest or found.changed_at is None:
        found.digest, found.changed_at = digest, now
        mine.update(digest=digest, changed_at=now)
    mine.filter(Q(read_at=None) | Q(read_at__lte=now - READ_EVERY)).update(read_at=now)
    return found.changed_at


def _conditional(request: HttpRequest, answer: HttpResponse, digest: str, changed: datetime) -> HttpResponse:
    etag, seconds = quote_etag(digest), int(changed.timestamp())
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(seconds)
    return get_conditional_response(request, etag=etag, last_modified=seconds, response=answer) or answer

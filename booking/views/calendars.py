"""My calendars: making secret addresses, using them, taking them back."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.feeds import TooManyFeeds, make_feed, revoke_feed
from booking.forms.feeds import FeedForm
from booking.models import Feed
from booking.views.feeds import address_of, name_of
from lab.auth import asking
from lab.models import Member


@dataclass(frozen=True, slots=True)
class Shown:
    """A feed with its address, written as people and as programs use it."""

    feed: Feed
    name: str
    address: str

    @property
    def webcal(self) -> str:
        """What opens the program for calendars instead of the browser."""
        return "webcal://" + self.address.split("://", 1)[1]

    @property
    def code(self) -> SafeString:
        """The address for a phone's camera."""
        drawn = segno.make(self.webcal, error="m", micro=False)
        svg = drawn.svg_inline(border=4, light="#fff", svgclass="qr", lineclass=None, omitsize=True)
        return mark_safe(svg)  # noqa: S308  drawn by segno out of our own address


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def calendars(request: HttpRequest) -> HttpResponse:
    """Context: `shown` (Shown, the newest first), `form`."""
    member = asking(request)
    form = FeedForm(request.POST or None, initial={"what": request.GET.get("what")})
    if form.is_bound and form.is_valid():
        try:
            made = make_feed(member=member, **form.wanted)
        except TooManyFeeds:
            form.add_error(None, _("You have many addresses already. Revoke one that nobody reads."))
        else:
            return redirect(f"{request.path}#feed-{made.pk}")
    context = {"shown": _shown(request, member), "form": form}
    return render(request, "booking/calendars.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(Feed, pk=pk, member=asking(request))
    revoke_feed(feed=feed, now=timezone.now())
    messages.success(request, _("Revoked. Nobody can read this calendar at its address any more."))
    return redirect("calendars")


def _shown(request: HttpRequest, member: Member) -> list[Shown]:
    rows = Feed.objects.filter(member=member, revoked_at=None).select_related("resource", "zone")
    return [Shown(row, name_of(row), address_of(request, row)) for row in rows.order_by("-pk")]

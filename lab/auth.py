"""Who asks: a session's cookie or a Bearer token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import translation
from ninja.security import HttpBearer, SessionAuth

from lab.compiled import Compiled, text
from lab.models import ApiToken, Member, Totem

BEARERS = Compiled(lambda: Member.objects.filter(api_tokens__digest=text("digest"), is_active=True))


def member_of_token(token: str) -> Member | None:
    """The active member whose token this is."""
    found: Member | None = BEARERS.first(digest=ApiToken.digest_of(token))
    return found


def totem_of_key(key: str) -> Totem | None:
    """The paired screen whose key this is, unless that was taken back."""
    rows = Totem.objects.select_related("zone")
    return rows.filter(digest=Totem.digest_of(key), revoked_at=None).first()


def totem_cookies(zone: str) -> dict[str, str]:
    """The names of the cookies that keep a screen's key, with where each is sent: the page, the socket.

    A zone of its own in each, for one browser may show several.
    """
    return {f"totem_{zone}": f"/totem/{zone}/", f"live_{zone}": "/ws/live/"}


def totem_of_cookies(cookies: Mapping[str, str], zone: str) -> Totem | None:
    """The paired screen of this zone that the cookies speak for."""
    kept = (cookies.get(name) for name in totem_cookies(zone))
    found = (totem_of_key(key) for key in kept if key)
    return next((totem for totem in found if totem and totem.zone.slug == zone), None)


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …`; the request then belongs to the token's member."""

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        member = member_of_token(token)
        if member is not None:
            request.user = member
            translation.activate(member.language)
        return member


class BrowserAuth(SessionAuth):
    """The session's cookie, and for whatever writes the page's own token against forged requests."""

    def __call__(self, request: HttpRequest) -> Any:
        # Whoever has no session is not signed in; only a session can be abused by another site's page.
        return super().__call__(request) if request.user.is_authenticated else None


signed_in = [TokenAuth(), BrowserAuth()]


def asking(request: HttpRequest) -> Member:
    """The member behind an authenticated request."""
    return cast(Member, request.user)


def require_manager(request: HttpRequest) -> Member:
    """The manager who asks.

    Raises:
        PermissionDenied: when somebody else asks.
    """
    member = asking(request)
    if not member.is_manager:
        raise PermissionDenied
    return member

"""`/ws/live/`: whole snapshots for screens. It only reads; whatever changes something is a POST."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http.request import validate_host

from lab.auth import member_of_token, totem_of_cookies, totem_of_key
from lab.hub import Audience, Watcher, hub
from lab.models import Member, Totem

ASK_AGAIN = 30.0  # seconds after which a totem's key may have been taken back


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """Sends the frames of its audience until it closes."""

    watcher: Watcher | None = None
    pump: asyncio.Task[None] | None = None
    guard: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope["headers"]}
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        known = _same_site(headers.get("origin", ""))
        found = await database_sync_to_async(self._who)(headers, query) if known else None
        if found is None:
            await self.close(code=4401)
            return
        await self.accept()
        self.watcher = await hub.join(_audience(found, query.get("topics", [""])[0]))
        self.pump = asyncio.create_task(self._pump(self.watcher))
        if isinstance(found, Totem):
            self.guard = asyncio.create_task(self._guard(found))

    async def disconnect(self, code: int) -> None:
        for task in (self.pump, self.guard):
            if task is not None:
                task.cancel()
        if self.watcher is not None:
            hub.leave(self.watcher)

    async def receive(self, *args: Any, **kwargs: Any) -> None:
        """Nothing that a socket says is listened to."""

    async def _pump(self, watcher: Watcher) -> None:
        while True:
            await self.send(text_data=await watcher.frames.get())

    async def _guard(self, totem: Totem) -> None:
        """Hang up on a screen whose key was taken back."""
        rows = Totem.objects.filter(pk=totem.pk, digest=totem.digest, revoked_at=None)
        while await database_sync_to_async(rows.exists)():
            await asyncio.sleep(ASK_AGAIN)
        await self.close(code=4401)

    def _who(self, headers: dict[str, str], query: dict[str, list[str]]) -> Member | Totem | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return member_of_token(token.strip()) or totem_of_key(token.strip())
        user: Member | AnonymousUser = self.scope["user"]
        if isinstance(user, Member) and user.is_authenticated and "totem" not in query:
            return user
        if "key" in query:
            return totem_of_key(query["key"][0])
        return _totem(self.scope["cookies"], query.get("totem", [""])[0])


def _totem(cookies: dict[str, str], wanted: str) -> Totem | None:
    """The screen that the cookies pair, of the zone that it names or of any."""
    zones = [wanted] if wanted else [name.partition("_")[2] for name in cookies]
    return next((found for zone in zones if (found := totem_of_cookies(cookies, zone))), None)


def _audience(who: Member | Totem, topics: str) -> Audience:
    if isinstance(who, Totem):
        return Audience.asked(topics, manager=False, zone=who.zone.slug)
    return Audience.asked(topics, manager=who.is_manager)


def _same_site(origin: str) -> bool:
    # A browser always names its origin; another site's page must not ride on a member's cookie.
    host = urlsplit(origin).hostname
    return not origin or (host is not None and validate_host(host, settings.ALLOWED_HOSTS))

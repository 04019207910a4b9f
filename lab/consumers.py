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

from lab.auth import member_of_token
from lab.hub import Audience, Watcher, hub
from lab.models import Member


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """Sends the frames of its audience until it closes."""

    watcher: Watcher | None = None
    pump: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope["headers"]}
        member = await self._member(headers) if _same_site(headers.get("origin", "")) else None
        if member is None:
            await self.close(code=4401)
            return
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        await self.accept()
        self.watcher = await hub.join(Audience.asked(query.get("topics", [""])[0], manager=member.is_manager))
        self.pump = asyncio.create_task(self._pump(self.watcher))

    async def disconnect(self, code: int) -> None:
        if self.pump is not None:
            self.pump.cancel()
        if self.watcher is not None:
            hub.leave(self.watcher)

    async def receive(self, *args: Any, **kwargs: Any) -> None:
        """Nothing that a socket says is listened to."""

    async def _pump(self, watcher: Watcher) -> None:
        while True:
            await self.send(text_data=await watcher.frames.get())

    async def _member(self, headers: dict[str, str]) -> Member | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            found: Member | None = await database_sync_to_async(member_of_token)(token.strip())
            return found
        user: Member | AnonymousUser = self.scope["user"]
        return user if isinstance(user, Member) else None


def _same_site(origin: str) -> bool:
    # A browser always names its origin; another site's page must not ride on a member's cookie.
    host = urlsplit(origin).hostname
    return not origin or (host is not None and validate_host(host, settings.ALLOWED_HOSTS))

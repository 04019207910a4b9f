"""HTTP for synchronous views: a request stays in one thread of a small pool, from first to last.

Django's own handler goes back and forth between threads for its middleware and gives every request a thread
of its own, which has to open the database anew; that took most of a request's time.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.signals import request_started
from django.urls import set_script_prefix

THREADS = 8


class PooledHandler(ASGIHandler):
    """An ASGI application that calls Django's synchronous chain."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._in_thread(self._respond, scope, body)
        await self.send_response(response, send)
        if response.streaming:
            await self._in_thread(response.close)

    async def _in_thread(self, act: Any, *told: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.pool, copy_context().run, act, *told)

    def _respond(self, scope: Any, body: IO[bytes]) -> Any:
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response: Any = self.get_response(request) if request else refused
        response._handler_class = self.__class__
        if not response.streaming:
            response.close()  # in this thread, so that it gives its database connection back
        body.close()
        return response

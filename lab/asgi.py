"""HTTP and WebSocket in one ASGI application.

Pages and API are synchronous: they run as WSGI in a small pool of threads, each request in one thread from
first to last. Django's own ASGI handler goes back and forth between threads for its middleware and gives
every request a thread of its own, which has to open the database anew; that took half of a request's time.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.core.wsgi import get_wsgi_application

THREADS = 8

pages: Any = get_wsgi_application()  # loads the apps, which the rest needs

from lab.routing import websockets  # noqa: E402

application = ProtocolTypeRouter({"http": WSGIMiddleware(pages, workers=THREADS), "websocket": websockets})

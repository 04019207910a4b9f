"""HTTP and WebSocket in one ASGI application."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")

import django
from channels.routing import ProtocolTypeRouter

django.setup()  # loads the apps, which the rest needs

from lab.handler import PooledHandler  # noqa: E402
from lab.routing import websockets  # noqa: E402

application = ProtocolTypeRouter({"http": PooledHandler(), "websocket": websockets})

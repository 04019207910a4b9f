"""HTTP and WebSocket in one ASGI application."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

http = get_asgi_application()  # loads the apps, which the rest needs

from lab.routing import websockets  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": websockets})

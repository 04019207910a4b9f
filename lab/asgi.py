"""HTTP and WebSocket in one ASGI application."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

http = get_asgi_application()  # loads the apps, which what follows needs

application = ProtocolTypeRouter(
    {"http": http, "websocket": URLRouter(import_string("booking.routing.websocket_urlpatterns"))}
)

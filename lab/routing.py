"""WebSocket addresses."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from lab.consumers import LiveConsumer

websockets = AuthMiddlewareStack(URLRouter([path("ws/live/", LiveConsumer.as_asgi())]))

"""The JSON API's root: authentication, errors, and where each app hangs its calls."""

from __future__ import annotations

from ninja import NinjaAPI

from lab import problems
from lab.auth import signed_in

api = NinjaAPI(
    title="Établi",
    version="1",
    description="Bookings, badges and telemetry of the lab. Times are ISO 8601 with offset.",
    auth=signed_in,
    urls_namespace="api-1",
)
problems.install(api)
api.add_router("", "devices.api.router")
api.add_router("", "booking.api.router")

"""The JSON API's root: authentication, errors, and where each app hangs its calls."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from lab import problems
from lab.auth import signed_in


class Api(NinjaAPI):
    """Whose description also tells what every call may answer instead of what was asked for."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = problems.SCHEMA
        for calls in schema["paths"].values():
            for call in calls.values():
                call["responses"]["default"] = problems.RESPONSE
        return schema


api = Api(
    title="Établi",
    version="1",
    description="Bookings, badges and telemetry of the lab. Times are ISO 8601 with offset.",
    auth=signed_in,
    urls_namespace="api-1",
)
problems.install(api)
api.add_router("", "devices.api.router")
api.add_router("", "booking.api.router")

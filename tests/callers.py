"""Callers of the JSON API in the test process, and times that are still to come."""

from datetime import UTC, datetime, timedelta
from json import dumps
from typing import Any

from django.test import Client
from django.utils import timezone

from lab.models import ApiToken, Member
from lab.spans import Span

MARGIN = timedelta(minutes=45)  # longer than a run
_day: list[datetime] = []
PROBLEM = "application/problem+json"


class Caller:
    """Somebody with a token; answers are (status, JSON)."""

    def __init__(self, member: Member | None = None, token: str = "") -> None:
        token = token or (ApiToken.issue(member) if member else "")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str):
        """The raw response."""
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            body if isinstance(body, (str, bytes)) else "" if body is None else dumps(body),
            content_type="application/json",
            headers=self.headers | {name.replace("_", "-"): text for name, text in headers.items()},
        )

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        response = self.call(method, path, body, **headers)
        return response.status_code, response.json() if response.content else None


def soon(hours: float, *, days: int = 1) -> datetime:
    """So many hours into the day after today, by UTC."""
    return _today() + timedelta(days=days, hours=hours)


def _today() -> datetime:
    """The same before and after midnight, for as long as nobody sets the clock to another day."""
    now = timezone.now().astimezone(UTC)
    if not _day or not -MARGIN <= now - _day[0] < timedelta(days=1) + MARGIN:
        _day[:] = [(now + MARGIN).replace(hour=0, minute=0, second=0, microsecond=0)]
    return _day[0]


def ahead(start: float, end: float) -> Span:
    return Span(soon(start), soon(end))


def wish(*resources: str, start: float = 14, end: float = 16, **more: Any) -> dict[str, Any]:
    return {
        "resources": list(resources) or ["laser-1"],
        "starts_at": soon(start).isoformat(),
        "ends_at": soon(end).isoformat(),
        **more,
    }

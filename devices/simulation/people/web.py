"""One person's browser: the booking calls of the JSON API with that person's token."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

log = logging.getLogger("simulator")
TIMEOUT = 10.0


@dataclass(frozen=True)
class Booked:
    id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Web:
    """Blocking calls, meant for a thread; a refusal or a silent server is None."""

    base_url: str
    token: str

    def mine(self, *, start: datetime, end: datetime, resource: str) -> list[Booked]:
        """One's live bookings of a resource."""
        asked = {"from": start.isoformat(), "to": end.isoformat(), "resource": resource, "mine": "true"}
        found = self._call("GET", f"bookings?{urlencode(asked)}") or {"items": []}
        return [_booked(item) for item in found["items"] if item["state"] in ("booked", "checked_in")]

    def book(self, *, resource: str, start: datetime, end: datetime, purpose: str) -> Booked | None:
        wish = {"starts_at": start.isoformat(), "ends_at": end.isoformat(), "purpose": purpose}
        made = self._call("POST", "bookings", {"resources": [resource], **wish})
        return _booked(made) if made else None

    def give_back(self, booking: Booked, *, now: datetime) -> None:
        """Free what is left: all of it when the hour has not come yet."""
        if now < booking.starts_at:
            self._call("DELETE", f"bookings/{booking.id}")
        else:
            self._call("POST", f"bookings/{booking.id}/finish")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = Request(  # noqa: S310
            f"{self.base_url.rstrip('/')}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return json.loads(answer.read() or b"null")
        except HTTPError as error:
            log.info("%s %s: %s %s", method, path.split("?")[0], error.code, _codes(error))
        except (URLError, OSError, HTTPException, ValueError) as error:
            log.info("%s %s: %s", method, path.split("?")[0], error)
        return None


def _booked(item: dict[str, Any]) -> Booked:
    starts, ends = (datetime.fromisoformat(item[key]) for key in ("starts_at", "ends_at"))
    return Booked(item["id"], starts, ends)


def _codes(error: HTTPError) -> str:
    try:
        problem = json.loads(error.read())
        return ", ".join(objection["code"] for objection in problem["objections"]) or problem["code"]
    except (ValueError, KeyError, TypeError):
        return error.reason

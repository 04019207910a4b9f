"""Accounts of a month, for managers' programs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from booking.queries import accounts
from booking.rules.accounts import Amounts
from lab.auth import require_manager
from lab.lab_time import iso
from lab.models import Look

router = Router(tags=["facts"])


class Asked(Schema):
    """Which month, on the lab's clock, and by what it is added up."""

    month: str | None = Field(None, pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-11"])
    by: Literal["member", "project", "resource"] = "member"


@router.get("accounts", summary="What a month adds up to")
def account(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Sessions clipped to the month: `minutes` held, of them `busy_minutes` at work, `energy_wh` by meter.

    Credits are exact, so they are texts. An empty `key` is a session of nobody known, or without a project.
    """
    Look.note(require_manager(request), Look.What.SESSIONS, now=timezone.now())
    day = date.fromisoformat(f"{asked.month}-01") if asked.month else timezone.localdate()
    month = accounts.month_of(day)
    sums = accounts.accounts(accounts.entries(month, now=timezone.now()), asked.by)
    return {
        "month": f"{day:%Y-%m}",
        "starts_at": iso(month.start),
        "ends_at": iso(month.end),
        "by": asked.by,
        "items": [{"key": line.key, "name": line.label, **_shape(line.amounts)} for line in sums.lines],
        "total": _shape(sums.total),
        "next": None,
    }


def _shape(found: Amounts) -> dict[str, Any]:
    return {
        "sessions": found.sessions,
        "minutes": found.minutes,
        "busy_minutes": found.busy_minutes,
        "energy_wh": None if found.energy_wh is None else round(found.energy_wh, 1),
        "time_credits": str(found.time_credits),
        "material_credits": str(found.material_credits),
        "credits": str(found.credits),
    }

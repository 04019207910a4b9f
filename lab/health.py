"""`/healthz`: does everything answer that the site can't do without?"""

from __future__ import annotations

import sqlite3

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from lab import bus
from lab.lag import Lag, lag

BROKER_PATIENCE = 1.0


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and telemetry store answer; else 503, naming what doesn't.

    `lag` is for how many seconds readings have waited in the broker, None when telemetry does not say.
    """
    checks = {"database": _database(), "broker": _broker()}
    told = lag(patience=BROKER_PATIENCE) if checks["broker"] == "ok" else None
    checks["telemetry"] = _telemetry(told)
    ok = all(state == "ok" for state in checks.values())
    behind = round(told.seconds(timezone.now()), 1) if told and told.up else None
    return JsonResponse(
        {"status": "ok" if ok else "unavailable", "checks": checks, "lag": behind}, status=200 if ok else 503
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return "ok"


def _broker() -> str:
    try:
        bus.knock(patience=BROKER_PATIENCE)
    except OSError as error:
        return type(error).__name__
    return "ok"


def _telemetry(told: Lag | None) -> str:
    if told is not None and told.stuck_since is not None:
        return f"takes no readings since {told.stuck_since:%Y-%m-%dT%H:%M:%SZ}: {told.trouble}"
    path = settings.CONFIG.state / "telemetry.sqlite3"
    try:
        store = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)
        try:
            store.execute("SELECT 1 FROM reading LIMIT 1")
        finally:
            store.close()
    except sqlite3.Error as error:
        return str(error)
    return "ok"

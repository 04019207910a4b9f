"""What every page may show about bookings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from booking.queries import badges
from booking.queries.hits import undecided
from booking.queries.notices import unread
from booking.queries.requests import waiting


def _once(count: Callable[[], int]) -> Callable[[], int]:
    """What templates call by its name; a lazy object would be no number to the plural of a language."""
    return cache(count)


def notices_unread(request: HttpRequest) -> dict[str, Any]:
    """How many notices a member has not read; counted when a page asks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"notices_unread": _once(lambda: unread(user).count())}


def requests_waiting(request: HttpRequest) -> dict[str, Any]:
    """How many requests and badges wait for a manager; counted when a page asks, and for managers only."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_manager:
        return {}
    return {
        "requests_waiting": _once(lambda: waiting(now=timezone.now()).count()),
        "badges_waiting": _once(lambda: badges.waiting().count()),
    }


def hits_undecided(request: HttpRequest) -> dict[str, Any]:
    """How many bookings that something hits a manager has to decide about; counted when a page asks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_manager:
        return {}
    return {"hits_undecided": _once(lambda: undecided(now=timezone.now()).count())}

"""The plain admin for bookings and facts; facts are there to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from booking.models import AccessEvent, Booking, Presence, UsageSession


class ReadOnly(admin.ModelAdmin[Any]):
    """A record of what happened can't be written by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Booking)
class BookingAdmin(ReadOnly):
    list_display = ("pk", "member", "starts_at", "ends_at", "state")
    list_filter = ("state",)


@admin.register(AccessEvent)
class AccessEventAdmin(ReadOnly):
    list_display = ("decided_at", "device", "member", "reason", "granted")
    list_filter = ("reason", "granted")


@admin.register(UsageSession)
class UsageSessionAdmin(ReadOnly):
    list_display = ("resource", "member", "started_at", "ended_at")


@admin.register(Presence)
class PresenceAdmin(ReadOnly):
    list_display = ("member", "zone", "since", "until")

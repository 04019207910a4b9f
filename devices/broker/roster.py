"""Who may connect, as the device table says now."""

from __future__ import annotations

from devices.broker.accounts import Account, of_rows
from devices.models import Device


def roster(service: Account) -> tuple[Account, ...]:
    """The server's own account and every device that has a credential and keeps it."""
    rows = Device.objects.filter(revoked=False).exclude(credential="")
    return service, *of_rows(rows.values_list("name", "credential", "profile"), service=service.name)

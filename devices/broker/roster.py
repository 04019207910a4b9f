"""Who may connect, as the device table says now."""

from __future__ import annotations

from collections.abc import Iterable

from devices.broker.acl import NAME, Account
from devices.models import Device


def roster(service: Account) -> tuple[Account, ...]:
    """The server's own account and every device that has a credential and keeps it."""
    rows = Device.objects.filter(revoked=False).exclude(credential="")
    return service, *of_rows(rows.values_list("name", "credential", "profile"), service=service.name)


def of_rows(rows: Iterable[tuple[str, str, str]], *, service: str) -> Iterable[Account]:
    """Accounts of table rows; a row that could pass for something else in a broker's file is left out."""
    for name, credential, profile in sorted(rows):
        if NAME.fullmatch(name) and name != service and credential.isprintable():
            yield Account(name, credential, profile)


def render_passwords(accounts: Iterable[Account]) -> str:
    """mosquitto's `password_file`."""
    return "".join(f"{account.name}:{account.credential}\n" for account in accounts)

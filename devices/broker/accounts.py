"""Who may connect, and mosquitto's password file that says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody whom the broker knows; a `service` may publish and subscribe everywhere."""

    name: str
    credential: str
    profile: str = "native"
    service: bool = False


def of_rows(rows: Iterable[tuple[str, str, str]], *, service: str) -> Iterator[Account]:
    """Accounts of (name, credential, profile); what could pass for more in a broker's file is left out."""
    for name, credential, profile in sorted(rows):
        if NAME.fullmatch(name) and name != service and credential.isprintable():
            yield Account(name, credential, profile)


def render_passwords(accounts: Iterable[Account]) -> str:
    """mosquitto's `password_file`."""
    return "".join(f"{account.name}:{account.credential}\n" for account in accounts)

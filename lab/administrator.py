"""The first administrator of a real lab: from the environment, else asked for on a terminal."""

from __future__ import annotations

import getpass
import os
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from lab.models import Member


class NoAdministrator(Exception):
    """There is none and none can be made; the message is one line."""


def ensure() -> str | None:
    """Make the first administrator where there is none; returns the new one's name.

    Raises:
        NoAdministrator: when nobody says who it should be, or the account can't be made.
    """
    if Member.objects.filter(role=Member.Role.ADMIN, is_active=True).exists():
        return None
    name, password = _from_environment() or _from_terminal()
    _make(name, password)
    return name


def _from_environment() -> tuple[str, str] | None:
    name, password = os.environ.get("ETABLI_ADMIN", ""), os.environ.get("ETABLI_ADMIN_PASSWORD", "")
    if not name and not password:
        return None
    if not name:
        raise NoAdministrator("ETABLI_ADMIN must be the first administrator's user name")
    if not password:
        raise NoAdministrator("ETABLI_ADMIN_PASSWORD must be the first administrator's password")
    return name, password


def _from_terminal() -> tuple[str, str]:
    if not sys.stdin.isatty():
        raise NoAdministrator(
            "the first start needs an administrator: set ETABLI_ADMIN and ETABLI_ADMIN_PASSWORD"
        )
    name = input("User name of the first administrator: ").strip()
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise NoAdministrator("the two passwords differ")
    return name, password


def _make(name: str, password: str) -> None:
    member = Member(username=name, role=Member.Role.ADMIN, is_staff=True, is_superuser=True)
    try:
        member.set_password(password)
        member.full_clean()
        validate_password(password, member)
    except ValidationError as error:
        raise NoAdministrator(f"that administrator can't be made: {' '.join(error.messages)}") from None
    member.save()

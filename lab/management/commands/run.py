"""`python -m lab run`: a real lab; the first start makes the first administrator."""

import getpass
import os
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from lab.models import Member
from lab.supervisor.command import HouseCommand


class Command(HouseCommand):
    help = "Run the lab until Ctrl-C. The first start takes ETABLI_ADMIN and ETABLI_ADMIN_PASSWORD, or asks."

    def prepare(self) -> None:
        if not Member.objects.filter(role=Member.Role.ADMIN, is_active=True).exists():
            name, password = _from_environment() or _from_terminal()
            _make_administrator(name, password)
            self.stdout.write(f"The first administrator is {name}.")


def _from_environment() -> tuple[str, str] | None:
    name, password = os.environ.get("ETABLI_ADMIN", ""), os.environ.get("ETABLI_ADMIN_PASSWORD", "")
    if not name and not password:
        return None
    if not name:
        raise CommandError("ETABLI_ADMIN must be the first administrator's user name")
    if not password:
        raise CommandError("ETABLI_ADMIN_PASSWORD must be the first administrator's password")
    return name, password


def _from_terminal() -> tuple[str, str]:
    if not sys.stdin.isatty():
        raise CommandError(
            "the first start needs an administrator: set ETABLI_ADMIN and ETABLI_ADMIN_PASSWORD"
        )
    name = input("User name of the first administrator: ").strip()
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise CommandError("the two passwords differ")
    return name, password


def _make_administrator(name: str, password: str) -> None:
    member = Member(username=name, role=Member.Role.ADMIN, is_staff=True, is_superuser=True)
    try:
        member.set_password(password)
        member.full_clean()
        validate_password(password, member)
    except ValidationError as error:
        raise CommandError(f"that administrator can't be made: {' '.join(error.messages)}") from None
    member.save()

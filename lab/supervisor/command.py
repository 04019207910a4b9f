"""What `up`, `run` and `demo` share: refusals are one line, Ctrl-C is a good end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from lab.supervisor.house import open_house
from lab.supervisor.ports import Taken


class HouseCommand(BaseCommand):
    """A command that runs a whole lab."""

    requires_system_checks: list[str] = []
    simulated = False

    def prepare(self) -> None:
        """What must be there before anything starts."""

    def handle(self, *args: Any, **options: Any) -> None:
        refusing(lambda: open_house(settings.CONFIG, prepare=self.prepare, simulated=self.simulated))


def refusing(work: Callable[[], None]) -> None:
    try:
        work()
    except Taken as taken:
        sys.exit(f"etabli: {taken}")
    except CommandError as error:
        sys.exit(f"etabli: {error}")
    except DatabaseError as error:
        first = str(error).strip().splitlines()
        sys.exit(f"etabli: the database can't be used (DATABASE_URL): {first[0] if first else error!r}")
    except KeyboardInterrupt:
        sys.exit(130)

"""Opens a lab: checks what can be checked, prepares the database, runs the crew, says when all is ready."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lab.config import Config
from lab.supervisor import card, ports
from lab.supervisor.crew import crew
from lab.supervisor.demand import follow_ports
from lab.supervisor.ready import Readiness, in_background
from lab.supervisor.supervisor import Supervisor


def open_house(config: Config, *, prepare: Callable[[], None], simulated: bool) -> None:
    """Run until told to stop; `prepare` runs once the database is in shape and before anything starts.

    Raises:
        Taken: when a port or the state folder is in use.
    """
    ports.check(config)
    with ports.alone(config.state):
        card.remove(config)
        with _told("database"):
            migrate()
        with _told("demonstration lab" if simulated else "administrator"):
            prepare()
        connection.close()
        try:
            _run(config, Supervisor(crew(config, simulated=simulated)), simulated=simulated)
        finally:
            card.remove(config)


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    sys.stdout.write(f"✓ {what} ({time.monotonic() - began:.1f} s)\n")
    sys.stdout.flush()


def migrate() -> None:
    # A pool would ask for half a minute, and tell each time, before it says that no database is there.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _run(config: Config, supervisor: Supervisor, *, simulated: bool) -> None:
    readiness = Readiness(config, began=time.time())

    def herald() -> None:
        if not readiness.wait(ending=lambda: supervisor.ending, say=supervisor.say):
            return
        facts = card.compose(config, card.planted(config)) if simulated else None
        if facts:
            card.write(config, facts)
        supervisor.announce("\n".join(card.lines(config, facts)))

    def start_others() -> None:
        in_background(herald)
        in_background(lambda: follow_ports(supervisor))

    with suppress(KeyboardInterrupt):
        supervisor.run(started=start_others)

"""A worker's test database: a copy of one that was migrated once for the whole run."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection

from tests.servers_postgres import MIGRATED
from tests.templates import migrated


@contextmanager
def copied() -> Iterator[None]:
    """While a worker's database is set up: its tables are there, so that no migration runs again."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        name = connection.creation._get_test_db_name()
        # A database in memory lives as long as somebody is connected.
        with closing(sqlite3.connect(name, uri=True)) as memory:
            with closing(sqlite3.connect(migrated())) as template:
                template.backup(memory)
            test["MIGRATE"] = False
            yield
    else:
        if connection.settings_dict["NAME"] == MIGRATED:
            test |= {"TEMPLATE": MIGRATED, "MIGRATE": False}
        yield

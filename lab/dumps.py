"""A database as one file, and back: SQLite by its own copy, PostgreSQL by its own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

VARIABLES = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
}


class Broken(Exception):
    """One line: what could not be copied, and why."""


def copy_sqlite(source: Path, target: Path) -> None:
    """The file as it is at one moment, whoever writes into it meanwhile.

    Raises:
        Broken: when it can't be read, or the copy not be written.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as held,
            closing(sqlite3.connect(target)) as copy,
        ):
            held.backup(copy)
    except sqlite3.Error as error:
        raise Broken(f"{source} can't be copied: {error}") from None


def check_sqlite(path: Path) -> None:
    """
    Raises:
        Broken: when this is no whole SQLite file.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as held:
            found = held.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise Broken(f"{path.name} is damaged: {found}")


def dump_postgres(database: Mapping[str, Any], target: Path) -> None:
    """
    Raises:
        Broken: when `pg_dump` is not there, or does not manage.
    """
    _run(database, "pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def load_postgres(database: Mapping[str, Any], source: Path) -> None:
    """Replace what is in the database; tables that a newer version made are gone, too.

    Raises:
        Broken: when `pg_restore` is not there, or does not manage; the database may be empty then.
    """
    try:
        with psycopg.connect(make_conninfo(**_address(database)), autocommit=True) as owner:
            owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    except psycopg.Error as error:
        raise Broken(f"the database can't be emptied: {str(error).splitlines()[0]}") from None
    wishes = ("--no-owner", "--no-comments", "--single-transaction")
    _run(database, "pg_restore", *wishes, f"--dbname={database['NAME']}", str(source))


def _run(database: Mapping[str, Any], program: str, *words: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Broken(f"{program} is not on the PATH; on Debian it is in the package postgresql-client")
    done = subprocess.run(  # noqa: S603
        [found, *words], env=os.environ | _environ(database), capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise Broken(f"{program}: {told[0]}")


def _address(database: Mapping[str, Any]) -> dict[str, str]:
    """Where the database is, and who we are there, in libpq's words."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    told = {word: str(database[name]) for name, word in names.items() if database.get(name)}
    options = database.get("OPTIONS", {})
    return told | ({"sslmode": options["sslmode"]} if "sslmode" in options else {})


def _environ(database: Mapping[str, Any]) -> dict[str, str]:
    """The same for a program: no password stands among the words of a command."""
    return {VARIABLES[word]: value for word, value in _address(database).items()}

"""Everything that a lab keeps goes into one file and comes back, or nothing changes."""

import sqlite3
import tarfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from lab import dumps
from lab.backups import back_up, put_back
from lab.dumps import Broken
from lab.supervisor import ports
from tests.servers_postgres import migrated_postgres

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
KNOWN = {"lab.0001_initial"}


def written(path, *words):
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE IF NOT EXISTS said (word)")
        db.executemany("INSERT INTO said VALUES (?)", [(word,) for word in words])


def said(path):
    with closing(sqlite3.connect(path)) as db:
        return [word for (word,) in db.execute("SELECT word FROM said")]


@pytest.fixture
def state(tmp_path):
    made = tmp_path / "state"
    made.mkdir()
    written(made / "db.sqlite3", "booking")
    written(made / "telemetry.sqlite3", "reading")
    (made / "secrets.json").write_text('{"BADGE_PEPPER":"x"}')
    return made


def saved(state, *, file="lab.backup", migrations=("lab.0001_initial",)):
    target = state.parent / file
    database = {"NAME": str(state / "db.sqlite3")}
    back_up(target, state=state, database=database, vendor="sqlite", migrations=list(migrations), now=NOW)
    return target


def restored(source, state, *, vendor="sqlite"):
    database = {"NAME": str(state / "db.sqlite3")}
    return put_back(source, state=state, database=database, vendor=vendor, known=KNOWN, now=NOW)


def test_an_empty_folder_gets_all_that_the_other_kept(state, tmp_path):
    with closing(sqlite3.connect(state / "db.sqlite3")) as running:  # it is being written meanwhile
        running.execute("INSERT INTO said VALUES ('not committed')")
        source = saved(state)
    other = tmp_path / "other"

    restored(source, other)

    assert (said(other / "db.sqlite3"), said(other / "telemetry.sqlite3")) == (["booking"], ["reading"])
    assert (other / "secrets.json").read_text() == '{"BADGE_PEPPER":"x"}'
    modes = {path.stat().st_mode & 0o777 for path in [source, *other.glob("*.*")] if path.is_file()}
    assert modes == {0o600}


def test_what_was_there_is_put_aside_and_not_mixed_in(state):
    source = saved(state)
    written(state / "db.sqlite3", "later")
    (state / "mappings.json").write_text("[]")

    aside = restored(source, state)

    assert said(state / "db.sqlite3") == ["booking"]
    assert said(aside / "db.sqlite3") == ["booking", "later"]
    assert ((state / "mappings.json").exists(), (aside / "mappings.json").exists()) == (False, True)


def cut(source):
    source.write_bytes(source.read_bytes()[:-200])


def garbage(source):
    source.write_bytes(b"garbage")


def gone(source):
    source.unlink()


def exchanged(source):
    """Somebody packed it anew, with another file under a name that is ours."""
    folder = source.parent / "unpacked"
    with tarfile.open(source) as archive:
        archive.extractall(folder)
    (folder / "secrets.json").write_text("{}")
    with tarfile.open(source, "w:gz") as archive:
        for path in folder.iterdir():
            archive.add(path, path.name)


def nothing_in_it(source):
    with tarfile.open(source, "w:gz"):
        pass


@pytest.mark.parametrize("harm", [cut, garbage, gone, exchanged, nothing_in_it])
def test_what_is_no_whole_backup_changes_nothing(state, harm):
    source = saved(state)
    harm(source)
    before = sorted(path.name for path in state.iterdir())

    with pytest.raises(Broken, match=r"backup of a lab"):
        restored(source, state)

    assert sorted(path.name for path in state.iterdir()) == before


def test_a_newer_version_s_and_another_database_s_are_refused(state):
    with pytest.raises(Broken, match=r"lab\.0002_later is not known here"):
        restored(saved(state, migrations=("lab.0001_initial", "lab.0002_later")), state)
    with pytest.raises(Broken, match="of a lab on sqlite, this one is on postgresql"):
        restored(saved(state), state, vendor="postgresql")


def test_a_backup_that_fails_leaves_the_one_before(state):
    source = saved(state)
    before = source.read_bytes()
    (state / "telemetry.sqlite3").write_bytes(b"no database" * 1000)

    with pytest.raises(Broken, match=r"telemetry\.sqlite3 can't be copied"):
        saved(state)

    assert (source.read_bytes(), [path.name for path in state.parent.glob(".backup-*")]) == (before, [])


def test_a_folder_that_is_not_there_is_told(state):
    with pytest.raises(Broken, match="can't be written"):
        saved(state, file="nowhere/lab.backup")


def test_a_damaged_database_is_not_put_back(tmp_path):
    path = tmp_path / "db.sqlite3"
    path.write_bytes(b"no database" * 1000)

    with pytest.raises(Broken, match=r"db\.sqlite3 is damaged"):
        dumps.check_sqlite(path)


@pytest.mark.server("postgresql")
def test_postgresql_comes_back_too(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    with migrated_postgres() as url:
        told = psycopg.conninfo.conninfo_to_dict(url)
        database = {"NAME": told["dbname"], "USER": told["user"], "HOST": told["host"], "PORT": told["port"]}
        with psycopg.connect(url, autocommit=True) as admin:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            admin.execute("CREATE TABLE said (word text); INSERT INTO said VALUES ('booking')")
            before = admin.execute(tables).fetchall()
            source = tmp_path / "lab.backup"
            facts = {"state": state, "database": database, "vendor": "postgresql", "now": NOW}
            back_up(source, migrations=[], **facts)
            admin.execute("DELETE FROM said; CREATE TABLE newer (word text)")
            put_back(source, known=KNOWN, **facts)

            assert admin.execute("SELECT word FROM said").fetchall() == [("booking",)]
            assert admin.execute(tables).fetchall() == before


@pytest.fixture
def here(state, monkeypatch):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=state))
    return state


def test_a_lab_that_runs_is_not_replaced(here):
    with ports.alone(here), pytest.raises(CommandError, match="end it first"):
        call_command("restore", here.parent / "lab.backup")


def test_a_file_that_is_no_backup_is_told_in_one_line(here, tmp_path):
    with pytest.raises(CommandError, match=r"nothing is no backup of a lab: [^\n]*$"):
        call_command("restore", tmp_path / "nothing")

"""Everything that a lab keeps in one file, and back: made while it runs, put back while it does not."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from lab import dumps
from lab.dumps import Broken

FORMAT = 1
ABOUT = "etabli.json"
MAIN = {"sqlite": "db.sqlite3", "postgresql": "db.dump"}
READINGS = "telemetry.sqlite3"
SMALL = ("secrets.json", "simulation.json", "mappings.json", "leases.json")
BESIDE = ("-wal", "-shm")  # what SQLite keeps beside its file


def back_up(
    target: Path,
    *,
    state: Path,
    database: Mapping[str, Any],
    vendor: str,
    migrations: list[str],
    now: datetime,
) -> list[str]:
    """Write the file, readable by its owner only, and return what is in it.

    Raises:
        Broken: when something can't be copied; what the file held before stays then.
    """
    with _beside(target) as folder:
        if vendor == "postgresql":
            dumps.dump_postgres(database, folder / MAIN[vendor])
        else:
            dumps.copy_sqlite(Path(database["NAME"]), folder / MAIN[vendor])
        if (state / READINGS).exists():
            dumps.copy_sqlite(state / READINGS, folder / READINGS)
        for name in SMALL:
            if (state / name).exists():
                shutil.copyfile(state / name, folder / name)
        names = sorted(path.name for path in folder.iterdir())
        about = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "vendor": vendor,
            "migrations": migrations,
            "files": {name: _digest(folder / name) for name in names},
        }
        (folder / ABOUT).write_text(json.dumps(about, indent=1))
        draft = folder / "draft"
        with tarfile.open(draft, "w:gz", compresslevel=3) as archive:
            for name in (ABOUT, *names):
                archive.add(folder / name, name)
        draft.chmod(0o600)
        draft.replace(target)
    return names


def put_back(
    source: Path, *, state: Path, database: Mapping[str, Any], vendor: str, known: set[str], now: datetime
) -> Path:
    """Replace what the lab keeps by what the file holds; returns the folder that what was there went to.

    Raises:
        Broken: before anything was changed, when the file is not whole or not for this lab's database.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=state) as made:
        folder = Path(made)
        names = _unpack(source, folder, vendor=vendor, known=known)
        aside = Path(tempfile.mkdtemp(prefix=f"before-{now:%Y%m%d-%H%M%S}-", dir=state))
        main = state / MAIN["sqlite"] if vendor == "postgresql" else Path(database["NAME"])
        if vendor == "postgresql":
            dumps.dump_postgres(database, aside / MAIN[vendor])
            _load(database, folder / MAIN[vendor], before=aside / MAIN[vendor])
        for path in (main, state / READINGS, state / "raw.sqlite3"):
            for each in (path, *(path.with_name(path.name + suffix) for suffix in BESIDE)):
                _move(each, aside / each.name)
        for name in SMALL:
            _move(state / name, aside / name)
        for name in names:
            if name != MAIN["postgresql"]:
                place = main if name == MAIN["sqlite"] else state / name
                (folder / name).chmod(0o600)
                _move(folder / name, place)
    return aside


def _unpack(source: Path, folder: Path, *, vendor: str, known: set[str]) -> list[str]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            _extract(archive, folder)
        about = json.loads((folder / ABOUT).read_text())
        files, made_for, since = dict(about["files"]), about["vendor"], set(about["migrations"])
        whole = about["format"] == FORMAT and all(
            _digest(folder / name) == digest for name, digest in files.items()
        )
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise Broken(f"{source} is no backup of a lab: {error}") from None
    if not whole or MAIN.get(made_for) not in files or not files.keys() <= {*MAIN.values(), READINGS, *SMALL}:
        raise Broken(f"{source} is no whole backup of a lab")
    if made_for != vendor:
        raise Broken(f"{source} is of a lab on {made_for}, this one is on {vendor} (DATABASE_URL)")
    if since - known:
        raise Broken(f"{source} was made by a newer version: {min(since - known)} is not known here")
    for name in files:
        if name.endswith(".sqlite3"):
            dumps.check_sqlite(folder / name)
    return list(files)


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """The plain files that we know, by their bytes alone: whatever else an archive tells is not ours."""
    names = {ABOUT, READINGS, *MAIN.values(), *SMALL}
    for member in archive:
        source = archive.extractfile(member) if member.isreg() and member.name in names else None
        if source is not None:
            with source, (folder / member.name).open("wb") as copy:
                shutil.copyfileobj(source, copy)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A private folder on the same file system as the file that is to be, so that it appears at once."""
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as made:
            yield Path(made)
    except OSError as error:
        raise Broken(f"{target} can't be written: {error.strerror or error}") from None


def _load(database: Mapping[str, Any], source: Path, *, before: Path) -> None:
    try:
        dumps.load_postgres(database, source)
    except Broken as broken:
        dumps.load_postgres(database, before)
        raise Broken(f"{broken} (the database is as it was)") from None


def _move(source: Path, target: Path) -> None:
    if source.exists():
        shutil.move(source, target)


def _digest(path: Path) -> str:
    with path.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest()

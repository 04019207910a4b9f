"""A real PostgreSQL on a free port, with a private folder; never run as root, as it refuses that."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.servers import free_port
from tests.templates import migrate, once
from tools.programs import PROGRAMS

MIGRATED = "migrated"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Its URL; `durable` keeps the waits for the disk, as a benchmark wants."""
    with _private_folder() as folder:
        _initdb(folder)
        with _serving(folder, () if durable else FAST) as url:
            yield url


@contextmanager
def migrated_postgres() -> Iterator[str]:
    """The URL of a copy of a cluster that was migrated once for the whole run."""
    template = once("postgres", _make_template)
    with _private_folder() as folder:
        subprocess.run(["cp", "-a", template / "data", folder], check=True)
        with _serving(folder, FAST) as url:
            yield url


def with_tables(url: str) -> str:
    """The URL of a new database of this server, migrated; tests' databases are copies of it."""
    with psycopg.connect(url, autocommit=True) as postgres:
        postgres.execute(f"CREATE DATABASE {MIGRATED}")
    made = f"{url.rpartition('/')[0]}/{MIGRATED}"
    with tempfile.TemporaryDirectory(prefix="etabli-state-") as state:
        migrate({"ETABLI_STATE": state, "DATABASE_URL": made})
    return made


def _make_template(folder: Path) -> None:
    _give_away(folder)
    _initdb(folder)
    with _serving(folder, FAST) as url:
        migrate({"ETABLI_STATE": str(folder / "state"), "DATABASE_URL": url})


@contextmanager
def _private_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="etabli-postgres-", dir="/tmp"))
    try:
        _give_away(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initdb(folder: Path) -> None:
    command = [_program("initdb"), "-D", folder / "data", "-A", "trust", "-U", "etabli", "-E", "UTF8"]
    subprocess.run(
        [*command, "--locale=C.UTF-8", "-N"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **_identity(),
    )


@contextmanager
def _serving(folder: Path, settings: tuple[str, ...]) -> Iterator[str]:
    port = free_port()
    url = f"postgres://etabli@127.0.0.1:{port}/postgres"
    command = [_program("postgres"), "-D", folder / "data", "-p", str(port), "-h", "127.0.0.1", "-k", folder]
    words = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("wb") as output:
        server = subprocess.Popen([*command, *words], stdout=output, stderr=output, cwd=folder, **_identity())
    try:
        _wait_until_ready(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # "fast": clients are not waited for
        server.wait(60)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:  # the port listens a moment before the server takes clients
        assert server.poll() is None, f"PostgreSQL ended with {server.returncode}"
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise TimeoutError(url)


def _program(name: str) -> Path:
    initdb = PROGRAMS["initdb"].find()
    assert initdb, f"apt-get install {PROGRAMS['initdb'].package}"
    return initdb.resolve().with_name(name)


def _give_away(folder: Path) -> None:
    if identity := _identity():
        os.chown(folder, identity["user"], identity["group"])


def _identity() -> dict[str, int]:
    """Whose process it becomes when root starts it: Debian's account for it."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid}

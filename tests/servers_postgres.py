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
from tools.programs import PROGRAMS

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Its URL; `durable` keeps the waits for the disk, as a benchmark wants."""
    initdb = PROGRAMS["initdb"].find()
    assert initdb, f"apt-get install {PROGRAMS['initdb'].package}"
    initdb = initdb.resolve()
    folder, port = Path(tempfile.mkdtemp(prefix="etabli-postgres-", dir="/tmp")), free_port()
    identity = _identity()
    try:
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        data, log, url = folder / "data", folder / "log", f"postgres://etabli@127.0.0.1:{port}/postgres"
        subprocess.run(
            [initdb, "-D", data, "-A", "trust", "-U", "etabli", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **identity,
        )
        settings = [] if durable else [word for setting in FAST for word in ("-c", setting)]
        command = [initdb.with_name("postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*command, *settings], stdout=output, stderr=output, cwd=folder, **identity
            )
        try:
            _wait_until_ready(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # "fast": clients are not waited for
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):  # the port listens a moment before the server takes clients
        assert server.poll() is None, f"PostgreSQL ended with {server.returncode}"
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise TimeoutError(url)


def _identity() -> dict[str, int]:
    """Whose process it becomes when root starts it: Debian's account for it."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid}

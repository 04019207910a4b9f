"""`python -m tests [PYTEST'S WORDS]`: everything, then what touches the database once more on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers_postgres import postgres_server, with_tables
from tools.programs import PROGRAMS

# Three workers keep two cores busy, as real servers are waited for; a file stays with one worker, because
# what its tests share (a lab, a browser, a database) takes long to start.
PYTEST = (sys.executable, "-m", "pytest", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", "-q")
AGAIN = ("tests/lab", "tests/devices", "tests/booking")
NOTHING_CHOSEN = 5


def main(*words: str) -> int:
    # Half of a worker's start is to rewrite the tests' assertions, and each process of a lab compiles us.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    everything = subprocess.run([*PYTEST, *words]).returncode
    again = on_postgresql(*words)
    return everything or (again if again != NOTHING_CHOSEN else 0)


def on_postgresql(*words: str) -> int:
    """The tests that touch the database, or those of them that the words choose."""
    initdb = PROGRAMS["initdb"]
    if not initdb.find():
        return int(os.environ.get("CI", "").lower() in {"1", "true", "yes"})
    chosen = any(Path(word.partition("::")[0]).exists() for word in words)
    command = [*PYTEST, "-m", "django_db", *(() if chosen else AGAIN), *words]
    with postgres_server() as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": with_tables(url)}).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

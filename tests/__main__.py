"""`python -m tests`: everything, then what touches the database once more on a real PostgreSQL."""

import os
import subprocess
import sys

from tests.servers_postgres import postgres_server
from tools.programs import PROGRAMS

PYTEST = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-q")
AGAIN = ("-m", "django_db", "tests/lab", "tests/devices", "tests/booking")
NOTHING_CHOSEN = 5


def main(*words: str) -> int:
    everything = subprocess.run([*PYTEST, *words]).returncode
    again = on_postgresql(*words)
    return everything or (again if again != NOTHING_CHOSEN else 0)


def on_postgresql(*words: str) -> int:
    initdb = PROGRAMS["initdb"]
    if not initdb.find():
        return int(os.environ.get("CI", "").lower() in {"1", "true", "yes"})
    with postgres_server() as url:
        return subprocess.run([*PYTEST, *AGAIN, *words], env=os.environ | {"DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

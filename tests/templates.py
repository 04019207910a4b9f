"""What is made once per run and copied by every test that needs it, whichever worker that is."""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUN = "ETABLI_TEST_RUN"


def open_run() -> None:
    """Name this run's folder in the environment, where workers find it; it ends with this process."""
    if RUN not in os.environ:
        folder = os.environ[RUN] = tempfile.mkdtemp(prefix="etabli-run-")
        Path(folder).chmod(0o755)  # PostgreSQL is another user
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name; whoever comes first makes it, and the others wait."""
    open_run()
    run = Path(os.environ[RUN])
    made = run / name
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            draft = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=run))
            make(draft)
            draft.rename(made)
    return made


def migrated() -> Path:
    """A migrated SQLite file; copy it."""
    return once("migrated", _migrate) / "db.sqlite3"


def migrate(environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "lab", "migrate", "-v", "0"]
    subprocess.run(command, env=os.environ | environ, cwd=ROOT, check=True)


def _migrate(folder: Path) -> None:
    migrate({"ETABLI_STATE": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"})
    with_wal = [path.name for path in folder.glob("db.sqlite3-*")]
    assert not with_wal, f"the file is not whole without {with_wal}"

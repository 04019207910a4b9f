"""`make COMMAND`: sets up what the command needs, then becomes it."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from tools.commands import Failed
from tools.places import PYTHON, ROOT
from tools.setup import broker, set_up, test_servers

PR_SET_PDEATHSIG = 1
LINT = (
    "ruff check",
    "ruff format --check",
    "mypy",
    "lint-imports",
    "djlint lab devices booking --lint --quiet",
    "python -m tools.messages check",
    "python -m tools.sizes",
)
COMPILE = (
    "pip compile --universal --python-version 3.11 --generate-hashes --quiet"
    " --no-emit-index-url --no-emit-find-links"
)
REQUIREMENTS = {
    "run.txt": "pyproject.toml",
    "dev.txt": "pyproject.toml --group dev",
    "node.txt": "--group node",
}


def main(command: str, *words: str) -> int:
    try:
        match command:
            case "demo" | "run":
                set_up(packages="run", servers=broker)
                _end_with_make()
                _become("lab", command, *words)
            case "test":
                set_up(packages="dev", servers=test_servers)
                # Not the state of the lab that may run here.
                os.environ.setdefault("ETABLI_STATE", str(ROOT / ".pytest_cache" / "lab"))
                _become("tests", *words)
            case "bench":
                set_up(packages="dev", servers=test_servers)
                _become("tests.bench", *words)
            case "lint":
                set_up(packages="dev")
                return lint()
            case "requirements":
                return requirements()
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except Failed as failed:
        print(f"etabli: {failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def lint() -> int:
    """Every check runs, so that one start shows all there is to mend."""
    failures = []
    for check in LINT:
        print(f"— {check}", flush=True)
        program, *words = check.split()
        if subprocess.run([PYTHON.parent / program, *words], cwd=ROOT).returncode:
            failures.append(check)
    print(f"make lint: failed: {', '.join(failures)}" if failures else "make lint: all is well", flush=True)
    return bool(failures)


def requirements() -> int:
    """Pin pyproject.toml's ranges with hashes; takes uv from the PATH or, for this once, from the index."""
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv")
        if not uv:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, "uv"]
            subprocess.run(pip, check=True)
            uv = f"{folder}/bin/uv"
        for name, sources in REQUIREMENTS.items():
            words = [*COMPILE.split(), "--custom-compile-command", "make requirements", *sources.split()]
            subprocess.run([uv, *words, "-o", f"requirements/{name}"], cwd=ROOT, check=True)
    return 0


def _become(module: str, *words: str) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", module, *words])  # noqa: S606 - no shell is wanted


def _end_with_make() -> None:
    """Should make be killed, what it started gets the signal that ends it cleanly."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or [""]))

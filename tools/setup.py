"""Sets the work tree up, doing only what is not done yet: the second time it does nothing."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tools import programs, venv
from tools.commands import Failed, run
from tools.places import LOCALE, PYTHON, ROOT, STAMPS
from tools.progress import Step
from tools.venv import Tick, fingerprint, is_stamped, stamp

DAY = 86_400


@dataclass(frozen=True)
class Task:
    """Something that may have to be done: how one knows, and how it is done."""

    title: str
    is_done: Callable[[], bool]
    do: Callable[[Tick], None]
    total: int = 0


def set_up(*, packages: str, servers: Callable[[], Task] | None = None) -> None:
    """Bring everything to where the code can start; `packages` is "run" or "dev".

    Raises:
        Failed: when a step can't be done, in words for the person who started it.
    """
    with _alone():
        pending = [task for task in _tasks(packages, servers) if not task.is_done()]
        for number, task in enumerate(pending, start=1):
            with Step(number, len(pending), task.title, total=task.total) as step:
                task.do(step.tick)
    _reach_system_folders()


def _tasks(packages: str, servers: Callable[[], Task] | None) -> Iterator[Task]:
    yield Task("Virtual environment", lambda: is_stamped("venv", venv.venv_mark()), venv.make_venv)
    yield _packages(packages)
    yield _node_modules()
    yield _messages()
    if servers:
        yield servers()


def _packages(name: str) -> Task:
    file = ROOT / "requirements" / f"{name}.txt"

    def do(tick: Tick) -> None:
        venv.install_requirements(file, tick)
        stamp(name, fingerprint(file))
        if name == "dev":  # it holds everything that "run" does
            stamp("run", fingerprint(ROOT / "requirements" / "run.txt"))

    return Task("Python packages", lambda: is_stamped(name, fingerprint(file)), do, total=venv.pins(file))


def _node_modules() -> Task:
    lock = ROOT / "package-lock.json"

    def do(tick: Tick) -> None:
        venv.install_node_modules(tick)
        stamp("node", fingerprint(lock))

    def is_done() -> bool:
        return is_stamped("node", fingerprint(lock)) and (ROOT / "node_modules").is_dir()

    return Task("Chart library", is_done, do)


def _messages() -> Task:
    def is_done() -> bool:
        compiled = [(po, po.with_suffix(".mo")) for po in LOCALE.glob("*/LC_MESSAGES/*.po")]
        return all(mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime for po, mo in compiled)

    def do(tick: Tick) -> None:
        run([PYTHON, "-m", "tools.messages", "compile"], what="the message catalogues could not be compiled")

    return Task("Message catalogues", is_done, do)


def broker() -> Task:
    """mosquitto for the demo, where it can be had without asking."""
    tried = STAMPS / "no-mosquitto"

    def is_done() -> bool:
        lately = tried.exists() and tried.stat().st_mtime > time.time() - DAY
        needless = bool(os.environ.get("MQTT_URL")) or programs.MOSQUITTO.find() is not None
        return needless or lately or not programs.may_install()

    def do(tick: Tick) -> None:
        try:
            programs.install([programs.MOSQUITTO.package])
        except Failed as failed:
            tried.touch()
            print(f"etabli: no mosquitto, the built-in broker does instead ({failed})", file=sys.stderr)

    return Task("Installing mosquitto with apt (ETABLI_NO_APT=1 forbids it)", is_done, do)


def test_servers() -> Task:
    """Every server program that a test starts."""
    wanted = programs.PROGRAMS.values()

    def do(tick: Tick) -> None:
        programs.install({program.package for program in programs.missing(wanted)})

    packages = " ".join(sorted({program.package for program in programs.missing(wanted)}))
    if packages and not programs.may_install():
        print(f"etabli: tests that need them are skipped: apt-get install {packages}", file=sys.stderr)
        return Task("", lambda: True, do)
    return Task(f"Installing {packages} with apt", lambda: not packages, do)


def _reach_system_folders() -> None:
    """An ordinary user's PATH lacks the folder where Debian puts mosquitto."""
    found = programs.MOSQUITTO.find()
    path = os.environ.get("PATH", os.defpath)
    if found and str(found.parent) not in path.split(os.pathsep):
        os.environ["PATH"] = f"{path}{os.pathsep}{found.parent}"


@contextmanager
def _alone() -> Iterator[None]:
    """Two starts at the same moment set up one after the other."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)

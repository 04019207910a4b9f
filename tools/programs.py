"""Server programs that the demo and the tests want, and the Debian packages that bring them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tools.commands import Failed, run

SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")  # not on every user's PATH
POLICY = Path("/usr/sbin/policy-rc.d")


@dataclass(frozen=True)
class Program:
    """A program, where it may lie beside the PATH (glob patterns), and its Debian package."""

    name: str
    package: str
    patterns: tuple[str, ...] = ()

    def find(self) -> Path | None:
        where = os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS])
        found = shutil.which(self.name, path=where)
        if found:
            return Path(found)
        return next((path for pattern in self.patterns for path in Path("/").glob(pattern)), None)


MOSQUITTO = Program("mosquitto", "mosquitto")
PROGRAMS = {
    program.name: program
    for program in (
        MOSQUITTO,
        Program("mosquitto_pub", "mosquitto-clients"),
        Program("initdb", "postgresql", ("usr/lib/postgresql/*/bin/initdb",)),
        Program("chromium", "chromium"),
        Program("influxd", "influxdb"),
        Program("victoria-metrics", "victoria-metrics"),
    )
}
SERVERS = {
    "mosquitto": (PROGRAMS["mosquitto"],),
    "mosquitto-clients": (PROGRAMS["mosquitto_pub"],),
    "postgresql": (PROGRAMS["initdb"],),
    "chromium": (PROGRAMS["chromium"],),
    "influxdb": (PROGRAMS["influxd"],),
    "victoria-metrics": (PROGRAMS["victoria-metrics"],),
}


def missing(programs: Iterable[Program]) -> list[Program]:
    return [program for program in programs if program.find() is None]


def may_install() -> bool:
    """Root on a Debian system who didn't forbid it."""
    return os.geteuid() == 0 and bool(shutil.which("apt-get")) and os.environ.get("ETABLI_NO_APT") != "1"


def install(packages: Iterable[str]) -> None:
    """Install Debian packages without letting their services start.

    Raises:
        Failed: with apt's last words.
    """
    names = sorted(packages)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "APT::Update::Error-Mode=any")
    with _services_stay_down(names):
        with suppress(Failed):  # lists that are already there may do
            run([*apt, "update"], what="apt-get update failed", environ=quiet)
        wanted = [*apt, "install", "-y", "--no-install-recommends", *names]
        run(wanted, what=f"apt-get could not install {' '.join(names)}", environ=quiet)


@contextmanager
def _services_stay_down(names: Iterable[str]) -> Iterator[None]:
    """Debian starts a service as it installs it, now and at every boot: its port would be taken."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)
    if shutil.which("systemctl"):
        for name in {"mosquitto", "postgresql"} & set(names):
            run(["sh", "-c", f"systemctl disable {name} || true"], what=f"{name} could not be disabled")

"""The walls between the rooms stand: what the contracts forbid is refused, and the house keeps them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.places import ROOMS, ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
# One import that each contract must refuse, and the file that tries it.
ILLEGAL = {
    "The four rooms look in one direction": ("lab/times.py", "import booking.models"),
    "Wire and profiles are bytes and standard library only": (
        "firmware_bridge/wire/__init__.py",
        "import django",
    ),
    "Links and sinks know no Django": ("firmware_bridge/links/__init__.py", "import django.conf"),
    "The simulated lab knows nothing of the server": ("devices/simulation/clock.py", "import devices.models"),
    "Inside lab, each storey stands on the ones below": ("lab/spans.py", "import lab.models"),
    "Inside devices, each storey stands on the ones below": (
        "devices/models/__init__.py",
        "import devices.actions",
    ),
    "Inside booking, each storey stands on the ones below": (
        "booking/models/__init__.py",
        "import booking.actions",
    ),
    "Inside the bridge, each storey stands on the ones below": (
        "firmware_bridge/letters.py",
        "import firmware_bridge.doors.taps",
    ),
    "Inside the doors' process, each storey stands on the ones below": (
        "firmware_bridge/doors/marks.py",
        "import firmware_bridge.doors.taps",
    ),
    "Rules know no Django and no clock of their own": ("booking/rules/__init__.py", "import django.utils"),
}


def verdicts(folder):
    run = subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    return run.returncode, dict(re.findall(r"^(.+) (KEPT|BROKEN)", run.stdout, re.MULTILINE))


@pytest.fixture(scope="module")
def with_illegal_imports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ROOMS:
        shutil.copytree(
            ROOT / room, folder / room, ignore=shutil.ignore_patterns("static", "templates", "*.pyc")
        )
    for path, line in ILLEGAL.values():
        with (folder / path).open("a") as file:
            file.write(f"\n{line}\n")
    return verdicts(folder)


def test_the_house_keeps_every_contract():
    assert verdicts(ROOT) == (0, dict.fromkeys(ILLEGAL, "KEPT"))


def test_every_contract_refuses_an_import_that_it_forbids(with_illegal_imports):
    assert with_illegal_imports == (1, dict.fromkeys(ILLEGAL, "BROKEN"))

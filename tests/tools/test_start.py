"""`tools/start` finds a Python that is new enough, or says in one line what is missing."""

import os
import subprocess

import pytest

from tools.places import ROOT

MISSING = (
    "Python 3.11 or newer is needed (python3 is 3.9); "
    "install it, or name one: make demo PYTHON=/path/to/python3"
)


@pytest.fixture
def machine(tmp_path):
    """A copy of the starter in a tree without `.venv`, and a PATH of our making."""
    tree, path = tmp_path / "tree", tmp_path / "bin"
    (tree / "tools").mkdir(parents=True)
    path.mkdir()
    (tree / "tools" / "start").write_text((ROOT / "tools" / "start").read_text())
    for program in ("dirname", "sh"):
        (path / program).symlink_to(f"/usr/bin/{program}")
    return tree, path


def python(path, name, version):
    """A stand-in that says its version, as old ones do too, and what it was asked to do."""
    major, minor = version.split(".")
    new = 0 if (int(major), int(minor)) >= (3, 11) else 1
    script = f'#!/bin/sh\n[ "$1" = -c ] && {{ echo {version}; exit {new}; }}\necho "{name} $*"\n'
    (path / name).write_text(script)
    (path / name).chmod(0o755)


def start(machine, *words, **environ):
    tree, path = machine
    run = subprocess.run(
        ["/bin/sh", tree / "tools" / "start", *words],
        env={"PATH": str(path), **environ},
        capture_output=True,
        text=True,
        cwd=os.path.sep,
    )
    return run.returncode, run.stdout, run.stderr


def test_the_first_python_that_is_new_enough_is_used(machine):
    python(machine[1], "python3", "3.9")
    python(machine[1], "python3.12", "3.12")
    python(machine[1], "python3.11", "3.11")

    assert start(machine, "demo", "now") == (0, "python3.12 -m tools demo now\n", "")


def test_one_may_name_another(machine):
    python(machine[1], "python3", "3.13")
    python(machine[1], "mine", "3.11")

    assert start(machine, "demo", PYTHON="mine") == (0, "mine -m tools demo\n", "")


def test_without_any_one_line_says_so(machine):
    python(machine[1], "python3", "3.9")

    assert start(machine, "demo") == (
        1,
        "",
        f"etabli: {MISSING}\n",
    )


def test_a_named_one_that_is_not_there_is_not_replaced(machine):
    python(machine[1], "python3", "3.13")

    assert start(machine, "demo", PYTHON="/nowhere")[0] == 1

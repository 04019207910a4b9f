"""A test that needs a server which is not there is skipped loudly, and fails on CI."""

import os
import shutil
import subprocess
import sys

import pytest

from tools.places import ROOT

TEST = """
import pytest

@pytest.mark.server("chromium")
def test_of_a_browser():
    pass
"""


@pytest.fixture
def outcome(tmp_path):
    """pytest's own words about such a test on a machine without the program."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_browser.py").write_text(TEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = server(name)\n")

    def ask(**environ):
        environ = {
            "PATH": "/nowhere",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "lab.settings",
        } | environ
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
        state = {"ETABLI_STATE": str(tmp_path / "state"), "HOME": os.environ.get("HOME", "/")}
        return subprocess.run(command, cwd=tmp_path, env=environ | state, capture_output=True, text=True)

    return ask


def test_by_hand_it_is_skipped_and_the_package_is_named(outcome):
    run = outcome()

    assert run.returncode == 0
    assert "TESTS OF REAL SERVERS WERE SKIPPED" in run.stdout
    assert "To run them: apt-get install chromium" in run.stdout


def test_on_ci_it_fails(outcome):
    run = outcome(CI="true")

    assert run.returncode == 1
    assert "on CI every server must be there: apt-get install chromium" in run.stdout

"""What is done already is not done again, and one knows when it is."""

import pytest

from tools import programs, venv
from tools.programs import Program


@pytest.fixture
def stamps(tmp_path, monkeypatch):
    monkeypatch.setattr(venv, "STAMPS", tmp_path / "stamps")
    return tmp_path


def test_a_stamp_holds_until_the_file_changes(stamps):
    file = stamps / "run.txt"
    file.write_text("django==5.2\n")
    venv.stamp("run", venv.fingerprint(file))
    assert venv.is_stamped("run", venv.fingerprint(file))

    file.write_text("django==5.2.1\n")

    assert not venv.is_stamped("run", venv.fingerprint(file))


def test_pins_are_counted_and_hashes_are_not(tmp_path):
    file = tmp_path / "run.txt"
    file.write_text(
        "# a line\nuvicorn[standard]==0.54 \\\n    --hash=sha256:aa==\ndjango==5.2\n    # via etabli\n"
    )

    assert venv.pins(file) == 2


def test_a_program_is_found_where_debian_puts_it_and_nowhere_else(tmp_path, monkeypatch):
    (tmp_path / "initdb").touch()
    monkeypatch.setenv("PATH", "/nowhere")

    assert Program("initdb", "postgresql", (f"{str(tmp_path)[1:]}/init*",)).find() == tmp_path / "initdb"
    assert programs.missing([Program("no-such-program", "none")]) == [Program("no-such-program", "none")]


def test_apt_can_be_forbidden(monkeypatch):
    monkeypatch.setenv("ETABLI_NO_APT", "1")

    assert not programs.may_install()

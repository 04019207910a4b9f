"""Leases outlive the process, and a broken file is an empty one."""

import pytest

from firmware_bridge.serial.leases import Leases


def test_a_lease_holds_until_its_end_and_is_remembered(tmp_path):
    path = tmp_path / "leases.json"
    Leases(path).grant("reader-1", 100.0)
    leases = Leases(path)

    assert [leases.holds("reader-1", 99.0), leases.over("reader-1", 99.0)] == [True, False]
    assert [leases.holds("reader-1", 100.0), leases.over("reader-1", 100.0)] == [False, True]
    leases.end("reader-1")
    assert [Leases(path).over("reader-1", 1e9), leases.over("stranger", 1e9)] == [False, False]


def test_only_its_owner_reads_it(tmp_path):
    Leases(tmp_path / "leases.json").grant("reader-1", 100.0)

    assert (tmp_path / "leases.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]", '{"reader-1": "soon"}', '{"reader-1": null}', "\x00"])
def test_a_broken_file_is_an_empty_one(tmp_path, text):
    path = tmp_path / "leases.json"
    path.write_text(text)

    assert not Leases(path).over("reader-1", 1e9)


def test_without_a_place_to_write_it_holds_for_this_life(tmp_path):
    leases = Leases(tmp_path / "nowhere" / "leases.json")
    leases.grant("reader-1", 100.0)

    assert leases.holds("reader-1", 50.0)

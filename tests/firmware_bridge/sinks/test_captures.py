"""Captures of single reads: only of readers that are captured, bounded in time and bytes, and let go."""

import os

import pytest

from firmware_bridge.profiles.base import Read
from firmware_bridge.sinks.captures import HEADER, Captures

NOW = 1_795_400_000.0
LINE = "2026-11-23T02:13:20.250000Z,AA,1,-52.5,3\n"


def read(device="gate", rssi=-52.5):
    return Read(device, "AA", 1, rssi, 3, round(NOW * 10**9) + 250_000_000, True)


@pytest.fixture
def kept(tmp_path):
    made = Captures(tmp_path / "captures", most_bytes=200, keep=86_400)
    made.running = {"gate": (7, NOW + 60)}
    return made


def test_reads_of_a_captured_reader_are_kept_one_a_line(kept, tmp_path):
    kept.note([read(), read("other"), read(rssi=None)], NOW)
    kept.tick(NOW)

    text = (tmp_path / "captures" / "7.csv").read_text()
    assert text == HEADER + LINE + LINE.replace("-52.5", "")
    assert (tmp_path / "captures" / "7.csv").stat().st_mode & 0o777 == 0o600


def test_it_ends_by_itself_and_goes_on_after_a_restart(kept, tmp_path):
    kept.note([read()], NOW)
    kept.tick(NOW)
    again = Captures(tmp_path / "captures", most_bytes=200, keep=86_400)
    again.running = kept.running
    again.note([read()], NOW + 59)
    again.note([read()], NOW + 60)
    again.tick(NOW + 60)

    assert (tmp_path / "captures" / "7.csv").read_text() == HEADER + LINE + LINE


def test_a_file_is_never_much_larger_than_it_may_be(kept, tmp_path):
    for _ in range(50):
        kept.note([read()], NOW)
        kept.tick(NOW)

    assert (tmp_path / "captures" / "7.csv").stat().st_size < 200 + len(LINE)


def test_files_are_deleted_after_their_time(kept, tmp_path):
    kept.note([read()], NOW)
    kept.tick(NOW)
    path = tmp_path / "captures" / "7.csv"
    os.utime(path, (NOW, NOW))

    kept.tick(NOW + 86_000)
    assert path.exists()
    kept.tick(NOW + 90_000)
    assert not path.exists()


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path):
    (tmp_path / "captures").write_text("no folder")
    kept = Captures(tmp_path / "captures", most_bytes=200, keep=86_400)
    kept.running = {"gate": (7, NOW + 60)}
    kept.note([read()], NOW)

    kept.tick(NOW)
    assert (tmp_path / "captures").read_text() == "no folder"

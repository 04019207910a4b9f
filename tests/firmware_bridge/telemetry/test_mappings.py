"""Mappings reach the decoder and outlive a restart without a database; a broken one spoils no other."""

import pytest

from firmware_bridge.telemetry.mappings import Mappings, compile_all

FINE = {"topic": "x/{device}", "device": "", "at": "", "channels": [{"key": "v", "path": "v"}]}


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"topic": None},
        FINE | {"topic": "tele/{device}"},
        FINE | {"channels": None},
        FINE | {"channels": [{"key": 1, "path": "v"}]},
        FINE | {"channels": [{"key": "v", "path": "v", "states": []}]},
    ],
)
def test_a_broken_one_is_left_out(broken):
    assert [each.levels for each in compile_all([broken, FINE])] == [("x", "{device}")]


def test_what_the_table_said_last_is_known_after_a_restart(tmp_path):
    path = tmp_path / "mappings.json"
    assert Mappings(path).compiled == ()
    assert Mappings(path).learn([FINE])

    again = Mappings(path)

    assert again.compiled == compile_all([FINE])
    assert not again.learn([FINE])
    assert again.learn([])
    assert Mappings(path).compiled == ()


@pytest.mark.parametrize("text", ["", "{", "7", "[7]", "\x00"])
def test_a_spoilt_file_is_none(tmp_path, text):
    path = tmp_path / "mappings.json"
    path.write_text(text)

    assert Mappings(path).compiled == ()

"""The journal: nothing lost, nothing twice, whatever dies in the middle of a write."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader import journal as journals
from reader.journal import Journal


def events(journal, most=99):
    return [(record["n"], record["uid"]) for record in journal.oldest(most)]


def test_records_stay_in_order_until_the_server_has_them(tmp_path):
    journal = Journal(str(tmp_path))
    for uid in "abc":
        journal.append({"uid": uid}, granted=True)

    assert events(journal) == [(1, "a"), (2, "b"), (3, "c")]
    assert events(journal, 2) == [(1, "a"), (2, "b")]
    journal.forget(2)
    assert (events(journal), len(journal)) == ([(3, "c")], 1)
    journal.forget(1)
    assert len(journal) == 1


def test_a_new_life_goes_on_where_the_last_one_ended(tmp_path):
    first = Journal(str(tmp_path))
    first.append({"uid": "a"}, granted=True)
    first.append({"uid": "b"}, granted=True)
    first.forget(1)

    second = Journal(str(tmp_path))
    second.append({"uid": "c"}, granted=True)

    assert events(second) == [(2, "b"), (3, "c")]


def test_an_empty_journal_takes_no_room_and_its_numbers_are_not_used_again(tmp_path):
    journal = Journal(str(tmp_path))
    journal.append({"uid": "a"}, granted=True)
    journal.forget(1)
    assert not (tmp_path / "events.log").exists()

    again = Journal(str(tmp_path))
    again.append({"uid": "b"}, granted=True)

    assert events(again) == [(2, "b")]


def test_death_between_noting_and_removing_brings_nothing_back(tmp_path):
    journal = Journal(str(tmp_path))
    journal.append({"uid": "a"}, granted=True)
    kept = (tmp_path / "events.log").read_bytes()
    journal.forget(1)
    (tmp_path / "events.log").write_bytes(kept)

    again = Journal(str(tmp_path))

    assert len(again) == 0
    again.append({"uid": "b"}, granted=True)
    assert events(Journal(str(tmp_path))) == [(2, "b")]


@given(st.lists(st.text(max_size=5), min_size=1, max_size=6), st.data())
def test_a_write_that_was_cut_anywhere_loses_only_itself(uids, data):
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(folder)
        for uid in uids:
            journal.append({"uid": uid}, granted=True)
        path = Path(folder, "events.log")
        lines = path.read_bytes().splitlines(keepends=True)
        cut = data.draw(st.integers(0, len(lines[-1]) - 1))
        path.write_bytes(b"".join(lines[:-1]) + lines[-1][:cut])

        again = Journal(folder)
        again.append({"uid": "after"}, granted=True)

        kept = list(enumerate([*uids[:-1], "after"], 1))
        assert events(again) == kept
        assert events(Journal(folder)) == kept


@given(st.data())
def test_a_spoilt_line_is_passed_over_and_the_others_stay(data):
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(folder)
        for uid in "abc":
            journal.append({"uid": uid}, granted=True)
        path = Path(folder, "events.log")
        lines = path.read_bytes().splitlines(keepends=True)
        at, spoilt = data.draw(st.integers(0, len(lines[1]) - 2)), bytearray(lines[1])
        spoilt[at] ^= data.draw(st.integers(1, 255).filter(lambda bits: spoilt[at] ^ bits not in b"\n"))
        path.write_bytes(lines[0] + bytes(spoilt) + lines[2])

        found = events(Journal(folder))

        assert found in ([(1, "a"), (3, "c")], [(1, "a"), (2, "b"), (3, "c")])  # a digit's case is no harm


def test_refusals_never_use_up_the_room_of_passages(tmp_path, monkeypatch):
    monkeypatch.setattr(journals, "MOST_BYTES", 1_000)
    monkeypatch.setattr(journals, "ROOM_FOR_REFUSALS", 500)
    journal = Journal(str(tmp_path))

    refusals = [journal.append({"uid": "x" * 40}, granted=False) for _ in range(50)]
    passages = [journal.append({"uid": "y" * 40}, granted=True) for _ in range(50)]

    assert 0 < sum(refusals) < 10
    assert 0 < sum(passages) < 10
    assert len(journal) == sum(refusals) + sum(passages)
    assert journal.dropped == 100 - len(journal)


@pytest.mark.parametrize("noted", ["", "x", "\x00\x00", "-3"])
def test_a_spoilt_mark_sends_again_rather_than_lose(tmp_path, noted):
    Journal(str(tmp_path)).append({"uid": "a"}, granted=True)
    (tmp_path / "events.noted").write_text(noted)

    assert events(Journal(str(tmp_path))) == [(1, "a")]


def test_a_line_is_a_checksum_and_json(tmp_path):
    Journal(str(tmp_path)).append({"uid": "a"}, granted=True)

    [line] = (tmp_path / "events.log").read_bytes().splitlines()
    assert json.loads(line[9:]) == {"uid": "a", "n": 1}

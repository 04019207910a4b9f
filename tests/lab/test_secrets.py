"""Secrets that nobody gave: made once, for their owner only."""

import json
import stat
import threading

import pytest

from lab import secrets
from lab.config import BadSetting


def test_secrets_are_made_once_and_kept(tmp_path):
    made = secrets.ensure(tmp_path / "state")

    assert secrets.ensure(tmp_path / "state") == made
    assert sorted(made) == ["BADGE_PEPPER", "BRIDGE_PASSWORD", "CARD_SECRET", "READER_SECRET", "SECRET_KEY"]
    assert len({*made.values()}) == 5


def test_only_their_owner_can_read_them_and_no_draft_is_left(tmp_path):
    secrets.ensure(tmp_path)

    (path,) = tmp_path.iterdir()
    assert (path.name, stat.S_IMODE(path.stat().st_mode)) == ("secrets.json", 0o600)


def test_a_folder_that_we_make_is_closed_to_others(tmp_path):
    secrets.ensure(tmp_path / "state")

    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_processes_that_start_together_agree_on_one_set(tmp_path):
    found, start = [], threading.Barrier(8)

    def begin():
        start.wait()
        found.append(tuple(secrets.ensure(tmp_path).items()))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1


def test_an_older_lab_s_file_gets_what_it_lacks_once_and_loses_nothing(tmp_path):
    older = {"SECRET_KEY": "s", "BADGE_PEPPER": "p", "BRIDGE_PASSWORD": "b"}
    (tmp_path / "secrets.json").write_text(json.dumps(older))

    made = secrets.ensure(tmp_path)

    assert older.items() < made.items()
    assert len(made["READER_SECRET"]) >= 40
    assert secrets.ensure(tmp_path) == made
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_a_state_folder_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(BadSetting, match=r"^ETABLI_STATE must be "):
        secrets.ensure(tmp_path / "file")


@pytest.mark.parametrize("kept", ["", "not json", "[]", '{"SECRET_KEY": "only"}'])
def test_a_spoilt_file_is_one_line_and_is_left_alone(tmp_path, kept):
    (tmp_path / "secrets.json").write_text(kept)

    with pytest.raises(BadSetting, match=r"^ETABLI_STATE must be .*secrets\.json"):
        secrets.ensure(tmp_path)
    assert (tmp_path / "secrets.json").read_text() == kept

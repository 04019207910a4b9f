"""A fuzzer tries to break every decoder: for a minute on CI, for some seconds elsewhere."""

import importlib.util
import re
import subprocess
import sys

import pytest

from tests.conftest import CI
from tests.fuzz.__main__ import FOUND, again, tried
from tests.fuzz.decoders import Decoder, every
from tests.fuzz.spoiling import spoilt
from tests.processes import ROOT

SECONDS = 60 if CI else 5
SEED = 1  # the same tries each time: what breaks them is a change's doing; by hand the fuzzer draws lots
BEARS = {decoder.name: decoder for decoder in every()}


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="there is no atheris for this Python")
def test_nothing_that_a_fuzzer_makes_up_breaks_a_decoder_or_opens_anything():
    words = [sys.executable, "-m", "tests.fuzz", f"-max_total_time={SECONDS}", f"-seed={SEED}"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, errors="replace")

    finds = [line.removeprefix(FOUND) for line in done.stderr.splitlines() if line.startswith(FOUND)]
    assert (done.returncode, finds) == (0, []), done.stderr[-4000:]
    tries = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    assert tries is not None
    assert int(tries[1]) > sum(len(decoder.seeds) for decoder in BEARS.values()), (
        "it never got past its seeds"
    )


@pytest.mark.parametrize("name", BEARS)
def test_every_decoder_bears_what_was_recorded_and_nothing_at_all(name):
    for payload in (*BEARS[name].seeds, b"", b"\0"):
        BEARS[name].run(payload)


def test_a_find_is_told_with_the_decoder_s_name_and_the_bytes(capsys):
    def breaks(_payload):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tried(Decoder("odd", breaks, ()), b"\x00\xff")

    assert f"{FOUND} python -m tests.fuzz 'odd' 00ff" in capsys.readouterr().err


def test_a_find_can_be_done_once_more(capsys):
    again("native tap", b'{"uid":"04"}'.hex())

    assert capsys.readouterr().out == "native tap bears it\n"


@pytest.mark.parametrize("seed", range(50))
def test_a_word_is_exchanged_and_the_choice_of_the_decoder_stays(seed):
    changed = spoilt(b'\x09{"uid":"04","at":5}', 64, seed)

    assert changed is not None
    assert changed[:2] == b"\x09{"
    assert len(changed) <= 64


def test_what_has_no_words_is_left_to_the_fuzzer():
    assert spoilt(b"\x09{}", 64, 1) is None

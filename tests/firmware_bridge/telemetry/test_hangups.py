"""Whom mosquitto cut off stands in its log, under a client id that only an earlier line explains."""

import pytest

from firmware_bridge.telemetry.hangups import MOST_KNOWN, Hangups

CAME = b"New client connected from 127.0.0.1:45193 as dev-5 (p5, c1, k60, u'plug-2')."


@pytest.mark.parametrize(
    "line",
    [
        b"Client dev-5 disconnected due to oversize packet.",
        b"1795456445: Client dev-5 disconnected due to oversize packet.",
        b"2026-11-23T18:00:00: Client dev-5 [127.0.0.1:45193] disconnected: oversize packet.",
    ],
)
def test_it_is_told_by_its_account(line):
    hangups = Hangups()
    hangups.hear(CAME)

    assert hangups.hear(line) == "plug-2"


def test_whose_coming_nobody_heard_is_told_by_its_client_id():
    assert Hangups().hear(b"Client dev-5 disconnected due to oversize packet.") == "dev-5"


@pytest.mark.parametrize(
    "line", [CAME, b"", b"\xff", b"Client dev-5 disconnected.", b"Client dev-5 closed its connection."]
)
def test_other_lines_tell_of_nobody(line):
    assert Hangups().hear(line) is None


def test_who_tries_again_and_again_is_news_once_a_minute():
    hangups = Hangups(iter((0.0, 1.0, 59.0, 60.0, 61.0, 61.0)).__next__)

    told = [hangups.is_news("plug-2") for _ in range(5)]

    assert told == [True, False, False, True, False]
    assert hangups.is_news("plug-3")


def test_who_came_long_ago_is_forgotten_and_memory_has_an_end():
    hangups = Hangups()
    hangups.hear(CAME)
    for number in range(MOST_KNOWN):
        hangups.hear(f"New client connected from ::1:1 as c{number} (p2, c1, k60, u'plug-3').".encode())

    assert hangups.hear(b"Client dev-5 disconnected due to oversize packet.") == "dev-5"
    assert hangups.hear(b"Client c0 disconnected due to oversize packet.") == "plug-3"


@pytest.mark.parametrize(
    ("told", "dropped", "at"),
    [
        ([b"5"], 5, 0),  # retained: nobody knows since when
        ([b"0", b"0", b"3"], 3, 2),
        ([b"5", b"0", b"0"], 0, 0),  # the broker began anew
        ([b"0", b"4", b"x", b"", b"-1", b"9" * 19], 4, 1),
    ],
)
def test_what_it_dropped_is_counted_from_when_we_listened(told, dropped, at):
    hangups = Hangups()

    for moment, payload in enumerate(told):
        hangups.count(payload, moment, retained=moment == 0)

    assert (hangups.dropped, hangups.dropped_at) == (dropped, at)


def test_what_it_drops_while_we_listen_is_news_though_it_never_said_how_many_before():
    hangups = Hangups()

    hangups.count(b"5", 7, retained=False)

    assert (hangups.dropped, hangups.dropped_at) == (5, 7)

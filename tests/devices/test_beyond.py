"""What the store does not hold is read back from InfluxDB, and the answers are the same."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from devices import beyond, curves, exports, history
from devices.rules.cover import MINUTE
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.drain import Drainer
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.influx import Refused, Server
from firmware_bridge.sinks.keeping import Terms
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.spool import Spool
from lab.telemetry import Influx
from tests.servers_influx import influx_server, victoria_server

START = datetime(2026, 3, 28, 12, tzinfo=UTC)
AT = int(START.timestamp()) * 10**9
SECOND = 10**9
NAME = "prise d'entrée, =1"
DAYS = timedelta(days=2)
POINTS = [(0, 1.0), (0, 2.0), (0, "on"), (30, 3.5), (61, "off"), (125, 5.25), (7200, -0.5), (90_000, 8.0)]


@pytest.fixture(scope="module")
def influx():
    with influx_server() as door:
        yield door


@pytest.fixture
def server(influx):
    influx.renew()
    return Influx(influx.url, influx.bucket, "fablab", "s3cret")


@pytest.fixture
def path(tmp_path, server):
    """A store whose readings have all gone to the server."""
    path = tmp_path / "telemetry.sqlite3"
    store = Store(path)
    store.spool("here")
    hear(store, POINTS)
    spool = Spool(connect(path, patience=1))
    while Drainer(path, Server(server.url, bucket=server.bucket)).turn(spool):
        pass
    store.close()
    return path


def hear(store, points):
    store.write(
        Batch(readings=[[Reading("plug-1", NAME, value, "W", AT + s * SECOND, True)] for s, value in points])
    )


def ask(path, server, **options):
    asked = {"start": START, "end": START + timedelta(days=2), "device": "plug-1", "channel": NAME}
    return history.readings(path, **(asked | {"beyond": server} | options))


def forget(path):
    """As after years: not a single reading is left here, nor what they were rolled up to."""
    store = Store(path)
    store.tidy(AT + 10**18, terms=Terms(1, 2, 3), budget=10)
    store.close()


def everything(path, server):
    """Raw, in pages of three; means of every kind of step."""
    points, after = [], None
    while True:
        page = ask(path, server, after=after, limit=3)
        points, after = points + page.points, page.next
        if after is None:
            break
    steps = {"step": 7.5, "end": START + timedelta(seconds=180)}, {"step": 60}, {"step": 5000}, {"step": 3600}
    return sorted(points, key=str), *(ask(path, server, **step) for step in steps)


def test_the_server_tells_what_the_store_has_let_go(path, server):
    before = everything(path, None)
    assert before == everything(path, server)

    forget(path)

    assert everything(path, None) != before
    assert everything(path, server) == before


def test_what_the_store_has_kept_since_its_beginning_is_not_asked_of_the_server(path, server, influx):
    with sqlite3.connect(path) as db:
        db.execute("UPDATE drain SET born = ?", (AT,))
    before = everything(path, server)
    asked = influx.asked

    assert (everything(path, server), influx.asked) == (before, asked)


def test_both_halves_of_a_bucket_are_counted(path, server):
    forget(path)
    store = Store(path)
    store.spool("here")
    day = (AT + 10**18) // SECOND - 86_400 - AT // SECOND
    hear(store, [(day + 86_000, 4.0)])
    store.close()

    page = ask(path, server, end=START + timedelta(seconds=day + 90_000), step=4 * 10**9)

    assert page.points[0][1] == pytest.approx((1.0 + 2.0 + 3.5 + 5.25 - 0.5 + 8.0 + 4.0) / 7)


def test_a_store_that_never_heard_of_a_channel_asks_the_server(path, server, tmp_path):
    fresh = tmp_path / "fresh.sqlite3"

    assert ask(fresh, server).points == ask(path, server).points
    assert ask(fresh, server, channel="other").points == []


def test_without_the_server_the_store_tells_what_it_can(path, server, influx):
    before = ask(path, server, step=3600)
    store = Store(path)
    store.tidy(AT + 10**18, terms=Terms(1, 2, 0), budget=10)
    store.close()
    influx.away = True

    assert ask(path, server).points == []
    assert ask(path, server, step=3600) == before


def test_the_log_says_once_in_a_while_that_the_server_is_away(path, server, influx, caplog):
    influx.away = True
    beyond.SAID.at_once()

    for _ in range(3):
        ask(path, server)

    assert [line.name for line in caplog.records if "does not answer" in line.message] == ["etabli.history"]


def curve(path, server, **options):
    first, past = AT - SECOND, AT + 100_000 * SECOND
    return curves.curve(path, ("plug-1", NAME), first, past, server=server, **options)


@pytest.mark.parametrize(
    "options", [{"detail": curves.READINGS}, {"detail": MINUTE}, {"detail": MINUTE, "counts": True}]
)
def test_a_curve_that_the_store_has_let_go_is_told_in_full_by_the_server(path, server, options):
    store = Store(path)
    store.tidy(AT + 10 * 86_400 * SECOND, terms=Terms(0, 0, 0), budget=10)
    store.close()
    before = curve(path, None, **options)
    forget(path)

    there = curve(path, server, **options)

    assert before.points
    assert [at // SECOND for at, _ in there.points] == [at // SECOND for at, _ in before.points]
    assert [value for _, value in there.points] == pytest.approx([value for _, value in before.points])
    assert (before.whole, there.whole, curve(path, None, **options).whole) == (True, True, False)


def test_a_curve_is_not_whole_while_the_server_is_away(path, server, influx):
    forget(path)
    influx.away = True

    assert not curve(path, server, detail=curves.READINGS).whole


def test_minutes_of_a_week_are_told_by_the_server(path, server):
    store = Store(path)
    store.tidy(AT + 10 * 86_400 * SECOND, terms=Terms(0, 0, 0), budget=10)
    store.close()
    asked = path, ("plug-1", NAME), AT, AT + 100_000 * SECOND
    before = curves.minutes(*asked)
    forget(path)

    assert (curves.minutes(*asked, server=server), curves.minutes(*asked)) == (before, [])


def test_a_file_of_lines_makes_the_same_series_on_a_server(path, influx):
    def told() -> list[list]:
        return [influx.query(f'SELECT * FROM "{name}"') for name in ("readings", "texts")]

    drained = told()
    influx.renew()
    file = b"".join(exports.stream(exports.Asked(path, "plug-1", (NAME,), START, START + DAYS), "lp"))
    Server(influx.url, bucket=influx.bucket).write(file.decode().splitlines())

    assert told() == drained
    assert len(drained[0]) + len(drained[1]) == len(POINTS)


@pytest.fixture(scope="module")
def victoria():
    with victoria_server() as server:
        yield server.url


def test_victoriametrics_which_answers_any_query_with_its_databases_is_not_believed(path, server, victoria):
    deaf = Influx(victoria, "lab")
    before = everything(path, None)

    assert everything(path, deaf) == before
    forget(path)
    assert not curve(path, deaf, detail=curves.READINGS).whole
    with pytest.raises(Refused, match="deletes nothing"):
        Server(victoria, bucket="lab").delete(['DELETE FROM "readings" WHERE time = 1'])

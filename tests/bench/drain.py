"""How fast readings leave the spool for a server that takes InfluxDB's line protocol."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

from firmware_bridge.sinks.drain import MOST, Drainer
from firmware_bridge.sinks.influx import Server
from firmware_bridge.sinks.schema import connect
from firmware_bridge.sinks.spool import Spool
from firmware_bridge.wire.influx import lines, series
from tests.bench._spool import arrived, fill, store_of_channels
from tests.servers import private_folder
from tests.servers_influx import victoria_server

SECONDS = 500  # of 1,000 readings each
_CHANNELS = "SELECT id, device, key FROM channel"


def run() -> Iterator[dict]:
    with private_folder("drain") as folder:
        path = folder / "telemetry.sqlite3"
        store_of_channels(path).close()
        total = fill(path, SECONDS)
        with victoria_server() as bare:
            limit = _bare(path, Server(bare.url, bucket="lab"), total)
        with victoria_server() as victoria:
            cpu = time.process_time()
            value = _drained(path, Server(victoria.url, bucket="lab"), total)
            cpu = time.process_time() - cpu
            found, twice = arrived(victoria.url, total=total)
        if (found, twice) != (total, 0):
            raise AssertionError(f"{found} of {total} readings arrived, {twice} of them twice")
    yield {
        "name": "drain",
        "value": round(value),
        "unit": "readings/s",
        "limit": round(limit),
        "ratio": round(value / limit, 2),
        "detail": {
            "readings": total,
            "at_once": MOST,
            "readings_a_second_of_our_cpu": round(total / cpu),
            "server": "VictoriaMetrics on the same cores",
            "aim": ">= 100,000 a second",
            "limit": "the same lines made beforehand, sent over the same connection",
        },
    }


def _drained(path, server: Server, total: int) -> float:
    drainer = Drainer(path, server)
    with closing(connect(path, patience=5)) as db:
        spool, began = Spool(db), time.perf_counter()
        while drainer.turn(spool):
            pass
        return total / (time.perf_counter() - began)


def _bare(path, server: Server, total: int) -> float:
    with closing(sqlite3.connect(path)) as db:
        names = {number: series(device, key) for number, device, key in db.execute(_CHANNELS)}
        rows = db.execute("SELECT channel, at, value FROM reading").fetchall()
    made = list(lines(rows, names))
    began = time.perf_counter()
    for start in range(0, total, MOST):
        server.write(made[start : start + MOST])
    return total / (time.perf_counter() - began)

"""A day without the server: 500 taps at 5 readers run by MicroPython, then everything comes back.

The readers' time runs 1,440 times as fast while the broker is down, so that a day takes a minute. None may be
lost, none kept twice; each must be kept in its order, at a time between card and answer.
"""

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.bench._lab import migrated, running
from tests.firmware_bridge.firmware.readers import Reader
from tests.processes import eventually
from tests.servers import BrokerServer, mosquitto_server

DOORS = tuple(f"door-{number}" for number in range(1, 6))
STRANGER = "04FFFFFF"
BADGES = tuple(f"04{number:06X}" for number in range(1, 41))
TAPS = 100  # a reader
DAY, SPEED = 25 * 3_600, 1_440  # a little more than a day
TOLERANCE = 1.0  # seconds that a kept time may lie before the card came or after the answer was shown
SEED = f"""
import json
import django; django.setup()
from datetime import UTC, datetime
from django.conf import settings
from devices.models import Device
from devices.prints import learn_print
from devices.reader_keys import reader_key, site_key
from lab.fingerprints import fingerprint, sealed_print
from lab.models import Badge, Door, Member, Zone
pepper, site = settings.CONFIG.badge_pepper, site_key(settings.CONFIG.reader_secret)
for name in {DOORS!r}:
    zone = Zone.objects.create(slug=name, name=name, always_open=True)
    door = Door.objects.create(slug=name, name=name, zone=zone)
    Device.objects.create(name=name, profile="door-reader", door=door, claimed_at=datetime.now(UTC))
for number, uid in enumerate({BADGES!r}):
    who = Member.objects.create_user(f"maker-{{number}}", f"maker-{{number}}@example.org")
    mark = fingerprint(uid, pepper=pepper)
    Badge.objects.create(member=who, fingerprint=mark)
    learn_print(fingerprint=mark, sealed=sealed_print(uid, site_key=site, pepper=pepper))
secret = settings.CONFIG.reader_secret
keys = {{device.name: reader_key(device, secret).hex() for device in Device.objects.all()}}
print(json.dumps({{"site_key": site.hex(), "keys": keys}}))
"""


class Tap(NamedTuple):
    """A card at a reader: its uptimes, in ms, when the card came and when it had answered."""

    came: int
    answered: int
    granted: bool


@dataclass
class Day:
    """One reader's taps, and the moment (ours, and its uptime) when its time ran on as ours."""

    reader: Reader
    taps: list[Tap] = field(default_factory=list)
    ended: tuple[float, int] = (0.0, 0)

    @property
    def name(self) -> str:
        return self.reader.folder.name

    def live(self, seed: int) -> None:
        chance = random.Random(seed)
        self.reader.say(f"speed {SPEED}")
        for number in range(TAPS):
            pause = DAY / SPEED / (TAPS - 1)
            time.sleep(chance.uniform(0.8, 1.2) * pause if number else 0)
            known = chance.random() < 0.9
            self.taps.append(self._tap(chance.choice(BADGES) if known else STRANGER))
            if self.taps[-1].granted != known:
                raise AssertionError(f"{self.name} decided otherwise than its list")
        state = self.reader.say("speed 1")
        self.ended = (time.time(), state["uptime"])

    def _tap(self, uid: str) -> Tap:
        before = self.reader.say(f"tap {uid}")
        after = eventually(lambda: (now := self.reader.state)["answers"] > before["answers"] and now, 30)
        return Tap(before["uptime"], after["answered_at"], after["answer"][0] == "yes")

    def moment(self, uptime: int) -> float:
        """When that was, had the day ended when the server came back."""
        at, ended = self.ended
        return at - (ended - uptime) / 1000


def run() -> Iterator[dict]:
    with mosquitto_server() as broker, migrated(broker) as env:
        seeded = subprocess.run([sys.executable, "-c", SEED], env=env, check=True, stdout=subprocess.PIPE)
        told = json.loads(seeded.stdout)
        folder = Path(env["ETABLI_STATE"])
        with running(env, "doors"):
            days = [Day(Reader(folder / name, _config(name, broker, told), patient=False)) for name in DOORS]
            try:
                yield _measured(days, broker, folder / "db.sqlite3")
            finally:
                for day in days:
                    day.reader.kill()


def _measured(days: list[Day], broker: BrokerServer, database: Path) -> dict:
    eventually(lambda: all(day.reader.listed for day in days), 60)
    broker.stop()
    threads = [threading.Thread(target=day.live, args=(seed,)) for seed, day in enumerate(days)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    broker.start()
    began = time.monotonic()
    eventually(lambda: all(day.reader.journal == [] for day in days), 120)
    took = time.monotonic() - began

    kept = {day.name: _kept(database, day.name) for day in days}
    worst = max(_compare(day, kept[day.name]) for day in days)
    taps, lines = sum(len(day.taps) for day in days), sum(map(len, kept.values()))
    hours = min(day.taps[-1].came - day.taps[0].came for day in days) / 3_600_000
    return {
        "name": "offline",
        "value": lines,
        "unit": "passages kept once, in order",
        "limit": taps,
        "ratio": round(lines / taps, 3),
        "detail": {
            "readers": len(days),
            "simulated_hours": round(hours, 1),
            "lost": taps - lines,
            "twice": lines - len({(name, line[2]) for name, found in kept.items() for line in found}),
            "worst_time_error_s": round(worst, 3),
            "accelerated": SPEED,
            "uploaded_within_s": round(took, 1),
        },
    }


def _config(name: str, broker: BrokerServer, told: dict) -> dict:
    return {
        "name": name,
        "for": "door",
        "password": "unused",
        "broker": {"host": broker.host, "port": broker.port},
        "key": told["keys"][name],
        "site_key": told["site_key"],
    }


def _kept(database: Path, device: str) -> list[tuple[float, bool, str]]:
    with sqlite3.connect(database) as db:
        rows = db.execute(
            "SELECT (julianday(decided_at) - 2440587.5) * 86400, granted, nonce FROM booking_accessevent e"
            " JOIN devices_device d ON d.id = device_id WHERE d.name = ? AND offline"
            " ORDER BY decided_at, e.id",
            (device,),
        )
        return [(at, bool(granted), nonce) for at, granted, nonce in rows]


def _compare(day: Day, kept: list[tuple[float, bool, str]]) -> float:
    """How far a time lies before its card or after its answer, at worst; raises for anything else amiss."""
    nonces = [nonce for _, _, nonce in kept]
    wanted = [tap.granted for tap in day.taps]
    if nonces != sorted(set(nonces)) or [granted for _, granted, _ in kept] != wanted:
        raise AssertionError(f"{day.name}: {len(kept)} of {len(wanted)} kept, or in another order: {nonces}")
    errors = (
        max(day.moment(tap.came) - at, at - day.moment(tap.answered), 0.0)
        for (at, _, _), tap in zip(kept, day.taps, strict=True)
    )
    worst = max(errors)
    if worst > TOLERANCE:
        raise AssertionError(f"{day.name}: a passage is {worst:.1f} s off")
    return worst

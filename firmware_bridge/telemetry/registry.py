"""The device table's side of telemetry, on a thread of its own: a locked database must not stop readings.

Level-triggered: what is wanted stands in a dictionary until the table has it, and a newer wish replaces it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import close_old_connections, connection
from django.db.models import Min
from django.db.utils import InterfaceError, OperationalError, ProgrammingError

from booking import usage
from devices import actions, captures, machine_time, mappings, orders, splits
from devices.machine_time import Standing, levels_of
from devices.models import Channel, Control, Device
from devices.rules.running import State
from firmware_bridge.telemetry.desk import Desk
from firmware_bridge.telemetry.known import Known
from firmware_bridge.telemetry.working import Change
from lab.every import Every

log = logging.getLogger("etabli.registry")

BETWEEN_LOOKS = timedelta(seconds=2)
BETWEEN_HEARD = timedelta(seconds=20)
PAUSE = 0.1
LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """A device as it should stand in the table."""

    profile: str
    firmware: str
    channels: tuple[tuple[str, str], ...]
    controls: tuple[tuple[str, bool], ...] = ()


class Registry:
    """`wish`, `report` and `observe` only note; `work` does it, again and again until it is done."""

    def __init__(self) -> None:
        self.known: dict[str, Known] | None = None
        self.listed: dict[str, set[str]] = {}  # the channels of each device as the table was at first
        self.desk = Desk()
        self.captures: dict[str, tuple[int, float]] = {}
        self.mappings: list[dict[str, Any]] | None = None
        self.parts: list[splits.Row] | None = None
        self.standing: dict[int, Standing] = {}
        self.keep_days: dict[tuple[str, str], float] = {}
        self._wishes: dict[str, Wish] = {}
        self._said: dict[str, Wish] = {}
        self._statuses: dict[str, tuple[bool, float]] = {}
        self._changes: deque[Change] = deque(maxlen=10_000)
        self._heard: dict[int, State | None] = {}
        self._unnoticed: frozenset[int] = frozenset()
        self._looks, self._hearings = Every(BETWEEN_LOOKS), Every(BETWEEN_HEARD)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="registry", daemon=True)

    def wish(self, device: str, wish: Wish) -> None:
        self._wishes[device] = wish

    def report(self, device: str, *, online: bool, at: float) -> None:
        self._statuses[device] = online, at

    def observe(self, change: Change) -> None:
        self._changes.append(change)

    def hear(self, resources: Mapping[int, State | None]) -> None:
        """The meters of these resources speak, and say what they do."""
        self._heard.update(resources)

    @property
    def pending(self) -> int:
        return len(self._wishes) + len(self._statuses) + len(self._changes)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)

    def work(self) -> None:
        """Do all that is noted; what no table can take is dropped.

        Raises:
            DatabaseError: for now; what is left is done the next time.
        """
        statuses = list(self._statuses.items())  # looked at first: a device is wished for before its status
        for name, wish in list(self._wishes.items()):
            _tried(partial(self._discover, name, wish), name)
            _done(self._wishes, name, wish)
        for name, status in statuses:
            _tried(partial(_report, name, *status), name)
            _done(self._statuses, name, status)
        while self._changes:
            change = self._changes[0]
            _tried(partial(_observe, change), change)
            self._changes.popleft()

    def _discover(self, name: str, wish: Wish) -> None:
        """Many devices say who they are every few seconds: the log tells it when it is news."""
        _discover(name, wish)
        if self._said.get(name) != wish:
            self._said[name] = wish
            log.info("%s speaks %s, with %d channels", name, wish.profile, len(wish.channels))

    def look(self) -> None:
        """Read what the table knows."""
        rows = Device.objects.select_related("resource__zone", "door__zone", "zone", "behind")
        rows = rows.annotate(rhythm=Min("channels__rhythm"))
        rows = rows.prefetch_related("resource__units")
        self.standing = machine_time.current(None, now=datetime.now(UTC))
        own = Channel.objects.exclude(keep_days=None).values_list("device__name", "key", "keep_days")
        self.keep_days = {(name, key): days for name, key, days in own if days is not None}
        self.mappings = mappings.in_use()
        self.parts = splits.in_use()
        self.captures = captures.running(now=datetime.now(UTC))
        controls = _controls()
        if self.known is None:
            self.listed = _listed()
        self.known = {row.name: _known(row, controls.get(row.name, frozenset())) for row in rows}

    def tell_heard(self) -> None:
        """Not with every reading: a session knows within seconds since when nobody hears it."""
        heard, now = dict(self._heard), datetime.now(UTC)
        usage.hear(resource_ids=heard, at=now)
        self._heard.clear()
        # Work whose session ended while nobody heard its meter; seen twice, so that no change is on its way.
        unnoticed = usage.without_session(
            resource for resource, state in heard.items() if state is State.BUSY
        )
        for resource in unnoticed & self._unnoticed:
            usage.observe(resource_id=resource, state=State.BUSY, at=now)
        self._unnoticed = unnoticed

    def round(self, now: datetime) -> None:
        """What is noted, and what is due.

        Raises:
            DatabaseError: for now; the next round does what is left.
        """
        try:
            self.work()
            self.desk.work()
            if self._looks.due(now):
                self.look()
            if self._hearings.due(now):
                self.tell_heard()
                close_old_connections()
        except Exception:
            self._looks.at_once()
            self._hearings.at_once()
            raise

    def _live(self) -> None:
        wait = PAUSE
        while not self._stop.wait(wait):
            try:
                self.round(datetime.now(UTC))
                wait = PAUSE
            except Exception as error:  # whatever the database has: the readings are safe, try again
                log.warning("the database does not take what devices told (%s); trying again", error)
                connection.close()
                wait = min(2 * wait, LONGEST_WAIT)
        connection.close()


def _tried(deed: Callable[[], None], what: object) -> None:
    try:
        deed()
    except (OperationalError, InterfaceError, ProgrammingError):  # away, locked, or not migrated yet
        raise
    except Exception:
        log.exception("the database can't take %s", what)


def _done(wanted: dict[str, Any], name: str, what: object) -> None:
    if wanted.get(name) is what:  # else there is a newer wish meanwhile
        del wanted[name]


def _discover(name: str, wish: Wish) -> None:
    device = actions.discover(
        name=name,
        profile=wish.profile,
        firmware=wish.firmware,
        channels=wish.channels,
        now=datetime.now(UTC),
    )
    if wish.controls:
        orders.declare(device=device, controls=wish.controls)


def _report(name: str, online: bool, at: float) -> None:
    actions.report_status(name=name, online=online, now=datetime.fromtimestamp(at, UTC))


def _observe(change: Change) -> None:
    usage.observe(
        resource_id=change.resource_id,
        state=change.state,
        at=datetime.fromtimestamp(change.at, UTC),
    )


def _listed() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for device, key in Device.objects.order_by().values_list("name", "channels__key"):
        found.setdefault(device, set()).add(key or "")
    return found


def _controls() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for device, key in Control.objects.order_by().values_list("device__name", "key"):
        found[device] = found.get(device, frozenset()) | {key}
    return found


def _known(row: Any, controls: frozenset[str]) -> Known:
    place = row.zone or (row.door.zone if row.door else row.resource.zone if row.resource else None)
    return Known(
        profile=row.profile,
        label=row.label,
        claimed=row.claimed,
        resource=row.resource.slug if row.resource else None,
        resource_id=row.resource_id,
        zone=place.slug if place else None,
        online=row.online,
        status_at=row.status_at.timestamp() if row.status_at else None,
        expected_interval=row.expected_interval or row.rhythm,
        gateway=row.behind is None or row.behind.online or row.behind.status_at is None,
        units=len(row.resource.units.all()) if row.resource else 1,
        levels=levels_of(row.resource) if row.resource else None,
        controls=controls,
    )

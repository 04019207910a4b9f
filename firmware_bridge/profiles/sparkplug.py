"""Sparkplug B: births name metrics, data may tell their aliases only (Eclipse Sparkplug 3.0).

After a gap in the sequence, or for a node whose birth nobody heard, a rebirth is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from firmware_bridge.profiles.base import (
    Ask,
    Event,
    Heard,
    Place,
    Profile,
    Reading,
    Seen,
    Status,
    Unread,
)
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import SECOND, Arrival, judge_ns
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.sparkplug import Metric, Report, rebirth, report
from firmware_bridge.wire.topics import key
from firmware_bridge.wire.units import canonical, unit_of

NAME = "sparkplug"
ROOT = "spBv1.0"
OF_NODE = ("NBIRTH", "NDATA", "NDEATH", "NCMD")
OF_DEVICE = ("DBIRTH", "DDATA", "DDEATH", "DCMD")
BETWEEN_ASKS = 30 * SECOND
_BD_SEQ = "bdSeq"
_OWN_AFFAIRS = ("Node Control/", "Device Control/")
_LONGEST_TEXT = 1_000


class Known(NamedTuple):
    """What a birth told of a metric."""

    name: str
    datatype: int
    unit: str


@dataclass(slots=True)
class Node:
    """An edge node since its birth; metrics by (device or nothing, name or alias)."""

    base: str
    bd_seq: float | None = None
    expected: int | None = None
    asked: int = 0
    metrics: dict[tuple[str, str | int], Known] = field(default_factory=dict)
    devices: set[str] = field(default_factory=set)


def place(heard: Heard, memory: Memory) -> Place | None:
    """`spBv1.0/<group>/<type>/<node>[/<device>]`; what hosts say of themselves is no device's."""
    levels = heard.levels
    if levels[0] == "STATE" and len(levels) == 2:
        return Place("", "STATE") if heard.payload in (b"ONLINE", b"OFFLINE") else None
    if levels[0] != ROOT or len(levels) < 3:
        return None
    if levels[1] == "STATE":
        return Place("", "STATE")
    if len(levels) not in (4, 5) or not all(levels):
        return None
    group, kind, edge = levels[1:4]
    if kind not in (OF_NODE if len(levels) == 4 else OF_DEVICE):
        return None
    base = f"{ROOT}/{group}/{edge}"
    if len(levels) == 4:
        return Place(memory.names.of(NAME, edge, base), kind, base)
    own = levels[4]
    return Place(memory.names.of(NAME, own, f"{base}/{own}"), f"{kind}/{own}", base)


def decode(place: Place, payload: bytes, arrival: Arrival, memory: Memory) -> Iterable[Event]:
    kind, _, own = place.what.partition("/")
    if kind in ("STATE", "NCMD", "DCMD"):
        return ()
    told = report(payload)
    node = memory.shelf(NAME).get(place.base, arrival.ns) or Node(place.base)
    if kind == "NDEATH":
        return _node_died(place.device, node, told, memory)
    if kind == "NBIRTH":
        return _node_born(place.device, node, told, arrival, memory)
    return _heard(place.device, kind, own, node, told, arrival, memory)


def _node_died(device: str, node: Node, told: Report, memory: Memory) -> Iterator[Event]:
    """A death that belongs to an earlier session than the last birth is no news."""
    number = _bd_seq(told)
    if number is not None and node.bd_seq is not None and number != node.bd_seq:
        return
    node.expected = None
    yield Status(device, online=False)
    for own in sorted(node.devices):
        yield Status(memory.names.of(NAME, own, f"{node.base}/{own}"), online=False)


def _node_born(device: str, before: Node, told: Report, arrival: Arrival, memory: Memory) -> Iterator[Event]:
    node = Node(before.base, bd_seq=_bd_seq(told), asked=before.asked)
    node.expected = _next(told.seq)
    _learn(node, "", told)
    memory.shelf(NAME).learn(node.base, node, arrival.ns, weight=1 + len(node.metrics))
    yield Status(device, online=True)
    for own in sorted(before.devices):  # each device of the node is born again after it
        yield Status(memory.names.of(NAME, own, f"{node.base}/{own}"), online=False)
    yield from _described(device, node, "", told)
    yield from _readings(device, node, "", told, arrival)


def _heard(
    device: str, kind: str, own: str, node: Node, told: Report, arrival: Arrival, memory: Memory
) -> Iterator[Event]:
    gap = node.expected is None or (told.seq is not None and told.seq != node.expected)
    node.expected = _next(told.seq)
    if kind == "DBIRTH":
        for where in [where for where in node.metrics if where[0] == own]:
            del node.metrics[where]
        _learn(node, own, told)
        node.devices.add(own)
    memory.shelf(NAME).learn(node.base, node, arrival.ns, weight=1 + len(node.metrics))
    if gap and arrival.ns - node.asked >= BETWEEN_ASKS:
        node.asked = arrival.ns
        yield Status(device, online=kind != "DDEATH")
        yield _ask(node.base, arrival)
    if kind == "DDEATH":
        node.devices.discard(own)
        yield Status(device, online=False)
        return
    if kind == "DBIRTH":
        yield Status(device, online=True)
        yield from _described(device, node, own, told)
    yield from _readings(device, node, own, told, arrival)


def _ask(base: str, arrival: Arrival) -> Ask:
    _, group, edge = base.split("/")
    return Ask(f"{ROOT}/{group}/NCMD/{edge}", rebirth(arrival.ns // 1_000_000))


def _next(seq: int | None) -> int | None:
    if seq is not None and seq > 255:
        raise BadPayload("a sequence number beyond 255")
    return None if seq is None else (seq + 1) % 256


def _bd_seq(told: Report) -> float | None:
    found = next((metric.value(8) for metric in told.metrics if metric.name == _BD_SEQ), None)
    return found if isinstance(found, float) else None


def _learn(node: Node, own: str, told: Report) -> None:
    for name, metric in _named(told.metrics):
        known = Known(name, metric.datatype, metric.unit)
        node.metrics[own, name] = known
        if metric.alias is not None:
            node.metrics[own, metric.alias] = known


def _named(metrics: list[Metric], above: str = "") -> Iterator[tuple[str, Metric]]:
    """Those of a birth, and the members of templates below their template's name."""
    for metric in metrics:
        if not metric.name:
            raise BadPayload("a metric of a birth without a name")
        yield above + metric.name, metric
        yield from _named(metric.parts, f"{above}{metric.name}/")


def _described(device: str, node: Node, own: str, told: Report) -> Iterator[Event]:
    known = [node.metrics[own, name] for name, _ in _named(told.metrics)]
    yield Seen(
        device,
        NAME,
        "",
        tuple((key(each.name), unit_of(each.unit)) for each in known if _is_channel(each)),
    )


def _is_channel(known: Known) -> bool:
    return 1 <= known.datatype <= 15 and known.name != _BD_SEQ and not known.name.startswith(_OWN_AFFAIRS)


def _readings(device: str, node: Node, own: str, told: Report, arrival: Arrival) -> Iterator[Event]:
    unknown = 0
    for metric in told.metrics:
        known = _of(node, own, metric)
        if known is None:
            unknown += 1
        elif known.name != _BD_SEQ and not known.name.startswith(_OWN_AFFAIRS):
            yield from _members(device, node, own, known, metric, told, arrival)
            yield from _reading(device, known, metric, told, arrival)
    if unknown:
        yield Unread(f"{unknown} metrics with an alias that no birth has told")


def _of(node: Node, own: str, metric: Metric) -> Known | None:
    """What a metric is: by its alias, else by its name; a name that no birth told stands for itself."""
    if metric.name:
        return node.metrics.get((own, metric.name)) or Known(metric.name, metric.datatype, metric.unit)
    return None if metric.alias is None else node.metrics.get((own, metric.alias))


def _members(
    device: str, node: Node, own: str, above: Known, metric: Metric, told: Report, arrival: Arrival
) -> Iterator[Event]:
    for part in metric.parts:
        name = f"{above.name}/{part.name}"
        known = node.metrics.get((own, name)) or Known(name, part.datatype, part.unit)
        if part.name:
            yield from _members(device, node, own, known, part, told, arrival)
            yield from _reading(device, known, part, told, arrival)


def _reading(device: str, known: Known, metric: Metric, told: Report, arrival: Arrival) -> Iterator[Event]:
    value = metric.value(known.datatype)
    if value is None:
        return
    ms = metric.at if metric.at is not None else told.at
    at = judge_ns(None if ms is None else ms * 1_000_000, arrival.ns)
    if isinstance(value, str):
        if len(value) <= _LONGEST_TEXT and value.isprintable():
            yield Reading(device, key(known.name), value, "", at.ns, at.by_device)
        return
    found, unit = canonical(value, known.unit)
    yield Reading(device, key(known.name), found, unit, at.ns, at.by_device)


PROFILE = Profile(
    NAME,
    "Sparkplug B",
    (),
    (f"{ROOT}/+/+/{{device}}/#",),
    place,
    decode,
    roots=(ROOT, "STATE"),
)

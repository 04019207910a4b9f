"""What the simulator is told: where the lab's servers are, and the credentials of its devices and people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Broker:
    host: str
    port: int
    tls: bool = False
    ca: str = ""


@dataclass(frozen=True)
class Account:
    """One device's credentials, and what it sits on."""

    name: str
    username: str
    password: str
    profile: str
    resource: str | None = None
    door: str | None = None
    zone: str | None = None
    key: str = field(default="", repr=False)  # of a reader's allow-list, in hex


@dataclass(frozen=True)
class Person:
    username: str
    token: str
    uid: str
    door: str | None = None
    reader: str | None = None
    resource: str | None = None


@dataclass(frozen=True)
class Work:
    """What a machine did before the simulation: when it was on, and its jobs as (start, seconds)."""

    begins: float
    until: float
    on: tuple[tuple[float, float], ...]
    jobs: tuple[tuple[float, float], ...]
    seed: str = ""


@dataclass(frozen=True)
class Plan:
    base_url: str
    broker: Broker
    devices: tuple[Account, ...]
    people: tuple[Person, ...]
    past: Mapping[str, Work] = field(default_factory=dict)  # by device


class BadPlan(ValueError):
    """The simulation file is missing or is not one; the message is one line for a person."""


def load(path: Path, *, overrides: Mapping[str, Any]) -> Plan:
    """Read `simulation.json`; `overrides` (base_url, mqtt_host, mqtt_port) win where they are not None."""
    try:
        facts = json.loads(path.read_text())
        return _plan(facts, {key: value for key, value in overrides.items() if value is not None})
    except OSError as error:
        raise BadPlan(f"{path}: {error.strerror}; run seed_demo first") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadPlan(f"{path}: not a simulation file ({error!r}); run seed_demo again") from error


def _plan(facts: Mapping[str, Any], overrides: Mapping[str, Any]) -> Plan:
    mqtt = facts["mqtt"]
    return Plan(
        base_url=overrides.get("base_url", facts["base_url"]),
        broker=Broker(
            host=overrides.get("mqtt_host", mqtt["host"]),
            port=overrides.get("mqtt_port", mqtt["port"]),
            tls=bool(mqtt.get("tls", False)),
            ca=str(mqtt.get("ca", "")),
        ),
        devices=tuple(Account(name=name, **device) for name, device in facts["devices"].items()),
        people=tuple(Person(username=name, **person) for name, person in facts["people"].items()),
        past={name: _work(name, told) for name, told in facts.get("past", {}).items()},
    )


def _work(name: str, told: Mapping[str, Any]) -> Work:
    pairs = {key: tuple((float(one), float(other)) for one, other in told[key]) for key in ("on", "jobs")}
    return Work(float(told["from"]), float(told["until"]), pairs["on"], pairs["jobs"], seed=name)

"""`demo.json`: everything that somebody outside needs to use the demo, and the same for a person to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab.config import Config
from lab.secrets import write_private
from lab.supervisor.crew import base_url

Facts = dict[str, Any]
DEVICE_KEYS = ("username", "password", "profile", "resource", "door", "zone")


def path(config: Config) -> Path:
    return config.state / "demo.json"


def compose(config: Config, planted: Facts) -> Facts:
    """`planted` is what the seeding left in `simulation.json`."""
    broker = config.broker
    return {
        "base_url": base_url(config),
        "mqtt": {"host": broker.host, "port": broker.port},
        "accounts": {
            name: {key: account[key] for key in ("password", "token")}
            for name, account in planted["accounts"].items()
        },
        "bridge": {"username": broker.username, "password": broker.password},
        "devices": {
            name: {key: device[key] for key in DEVICE_KEYS if device.get(key)}
            for name, device in planted["devices"].items()
        },
        "badges": planted["badges"],
        "cards": list(planted.get("cards", {}).values()),
        "resources": planted["resources"],
        "totems": planted.get("totems", {}),
    }


def planted(config: Config) -> Facts:
    facts: Facts = json.loads((config.state / "simulation.json").read_text())
    return facts


def write(config: Config, facts: Facts) -> None:
    """In one step, so that whoever sees the file sees all of it."""
    draft = path(config).with_suffix(".draft")
    draft.unlink(missing_ok=True)
    write_private(draft, json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    draft.replace(path(config))


def remove(config: Config) -> None:
    path(config).unlink(missing_ok=True)


def lines(config: Config, facts: Facts | None) -> Iterator[str]:
    """The summary that the terminal shows."""
    broker = config.broker
    yield ""
    yield f"Établi is ready:  {base_url(config)}"
    yield ""
    if facts:
        yield "  sign in as      password"
        for name, account in facts["accounts"].items():
            yield f"  {name:<15} {account['password']}"
        yield ""
    yield f"  MQTT broker     {broker.host}:{broker.port}"
    if facts:
        yield f"  everything else {path(config)}"
    yield "  Ctrl-C          ends it all"
    yield ""

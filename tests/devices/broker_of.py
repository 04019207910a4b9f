"""Runs the embedded broker on accounts from a JSON file, which a test may rewrite."""

import asyncio
import json
import logging
import os
import shutil
import sys
from pathlib import Path

from devices.broker.accounts import Account
from devices.broker.embedded import Server
from devices.broker.engine import Watch, run_amqtt, run_mosquitto
from devices.broker.mosquitto import Mosquitto
from lab import listeners


def main(engine: str, folder: Path, port: int) -> int:
    logging.basicConfig(level=logging.WARNING)

    def ask() -> tuple[Account, ...]:
        return tuple(Account(**row) for row in json.loads((folder / "accounts.json").read_text()))

    watch = Watch(ask, errors=(OSError, ValueError))
    bind, told = os.environ.get("ETABLI_BIND", "127.0.0.1"), listeners.load(os.environ)
    if engine == "amqtt":
        return asyncio.run(run_amqtt(Server(bind=bind, port=port, listeners=told), watch))
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    broker = Mosquitto(program=program, folder=folder / "broker", bind=bind, port=port, listeners=told)
    return run_mosquitto(broker, watch)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))

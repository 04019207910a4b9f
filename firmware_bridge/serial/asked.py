"""A serial line as the command line asks for it: `--serial URL --as KIND:DEVICE?OPTIONS`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from devices.rules.serial import BadLine, kind_of, read_name, read_options, read_url
from devices.serial_keys import read_key
from firmware_bridge.serial.service import Port

KEY_VARIABLE = "OSDP_KEY"
_NAME_OF_KEY = "key_env"


def port_of(words: Sequence[str], environ: Mapping[str, str]) -> Port:
    """The port that these words describe; a secure channel's key comes from the environment only.

    Raises:
        BadLine: they describe none, and the message says why.
        SystemExit: they are no such words at all, or a call for help.
    """
    parser = argparse.ArgumentParser(prog="python -m firmware_bridge", description=__doc__)
    parser.add_argument("--serial", metavar="URL", required=True, help="/dev/ttyUSB0, socket://host:port, …")
    parser.add_argument(
        "--as",
        dest="what",
        metavar="KIND:DEVICE",
        required=True,
        help="rdm6300:door-fablab, osdp:…?address=1",
    )
    parser.add_argument("--install", action="store_true", help="give an OSDP reader its first key, then end")
    asked = parser.parse_args(words)
    whole, _, query = asked.what.partition("?")
    name, _, device = whole.partition(":")
    kind = kind_of(name)
    query, variable = _without_key_name(query)
    key = b""
    if kind.keyed:
        key = read_key(environ.get(variable, "")) or b""
        if not key:
            raise BadLine("value", variable, "32 hex digits, the reader's own key, in the environment")
    elif asked.install:
        raise BadLine("kind", name, "osdp, for --install")
    return Port(
        read_name(device), kind, read_url(asked.serial), read_options(kind, query), key, asked.install
    )


def _without_key_name(query: str) -> tuple[str, str]:
    """The other options, and the variable that holds the key."""
    pairs = query.split("&") if query else []
    named = [pair.partition("=")[2] for pair in pairs if pair.startswith(f"{_NAME_OF_KEY}=")]
    rest = [pair for pair in pairs if not pair.startswith(f"{_NAME_OF_KEY}=")]
    return "&".join(rest), named[-1] if named else KEY_VARIABLE

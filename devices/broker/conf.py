"""mosquitto's configuration file."""

from __future__ import annotations

import os
from pathlib import Path

from lab.listeners import Secure

LOOPBACK = "127.0.0.1"
KIB = 1024
MIB = 1024 * KIB
# Devices may send 64 KiB; more than that still reaches the bridge, which tells in the dead letters what came.
# Whom mosquitto hangs up on for a packet beyond this limit stands in its log, and so in the dead letters.
MOST_PACKET = 16 * MIB

TEMPLATE = """\
per_listener_settings false
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl

# Without it, every message waits 40 ms for Nagle's algorithm.
set_tcp_nodelay true

persistence true
persistence_location {folder}/
persistence_file mosquitto.db
autosave_interval 30
persistent_client_expiration 14d

max_packet_size {packet}
max_inflight_messages 1000
# Each message on its way is held once more; of long ones only a few are on their way to one client.
max_inflight_bytes {inflight}
max_queued_messages 100000
max_queued_bytes 268435456
max_keepalive 3600

# Telemetry reads on a topic whom it cut off; who came and went is kept out of what people see.
connection_messages true
log_dest stderr
log_dest topic
log_timestamp false
log_type error
log_type warning
log_type notice
"""


def hosts(bind: str) -> list[str]:
    """Where to listen: at `bind`, and on this machine itself, where the server's own processes speak."""
    return [bind] if bind in {LOOPBACK, "0.0.0.0", "::"} else [LOOPBACK, bind]  # noqa: S104


def plain_hosts(bind: str, *, outside: bool) -> list[str]:
    """Where to listen without TLS: not for those outside, if they are to speak it."""
    return hosts(bind) if outside else [LOOPBACK]


def render(
    *, folder: Path, bind: str, port: int, secure: Secure | None = None, plain_outside: bool = True
) -> str:
    listeners = "".join(f"listener {port} {host}\n" for host in plain_hosts(bind, outside=plain_outside))
    if secure is not None:
        listeners += _secure(secure, bind)
    # Started as root it would become another user, who can't read its files.
    user = "user root\n" if os.geteuid() == 0 else ""
    return listeners + user + TEMPLATE.format(folder=folder, packet=MOST_PACKET, inflight=2 * MOST_PACKET)


def _secure(secure: Secure, bind: str) -> str:
    lines = [f"listener {secure.port} {bind}", f"certfile {secure.certificate}", f"keyfile {secure.key}"]
    if secure.client_ca is not None:
        lines += [f"cafile {secure.client_ca}", "require_certificate true"]
    return "\n".join(lines) + "\n"

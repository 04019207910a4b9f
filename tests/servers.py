"""Real server programs on free ports, each with a private folder, for the tests that need one."""

import base64
import fcntl
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from tests.templates import RUN, open_run

MOSQUITTO = """\
per_listener_settings false
listener {port} 127.0.0.1
set_tcp_nodelay true
persistence true
persistence_location {folder}/
max_queued_messages 0
max_inflight_messages 1000
log_dest file {folder}/broker.log
"""
PORTS = range(10_000, 32_768)  # below those that systems take for connections


@dataclass
class BrokerServer:
    """A broker of a test: `stop`, `kill` and `start` it again; it comes back on its port with its state."""

    port: int
    command: list[str]
    folder: Path
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        log = (self.folder / "output.log").open("ab")
        with log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd=self.folder)
        wait_for_port(self.port, process=self.process)

    def stop(self) -> None:
        self._end(lambda process: process.terminate())

    def kill(self) -> None:
        self._end(lambda process: process.kill())

    def reload(self) -> None:
        """Read the password and ACL files again, as mosquitto does on SIGHUP."""
        if self.process:
            self.process.send_signal(signal.SIGHUP)

    def url(self, username: str = "", password: str = "") -> str:
        account = f"{username}:{password}@" if username else ""
        return f"mqtt://{account}{self.host}:{self.port}"

    def _end(self, how) -> None:
        if self.process is None:
            return
        how(self.process)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(60)
        self.process = None


@contextmanager
def mosquitto_server(
    *, accounts: Mapping[str, str] | None = None, passwords: str = "", acl: str = "", extra: str = ""
) -> Iterator[BrokerServer]:
    """A mosquitto: `accounts` are name → clear password, `passwords` and `acl` the text of its files."""
    program = need("mosquitto")
    with private_folder("mosquitto") as folder:
        text = MOSQUITTO.format(port=(port := free_port()), folder=folder)
        passwords += password_text(accounts or {})
        text += f"allow_anonymous {str(not passwords).lower()}\n"
        if os.geteuid() == 0:
            text += "user root\n"
        for name, content in (("password_file", passwords), ("acl_file", acl)):
            if content:
                (folder / name).write_text(content)
                text += f"{name} {folder / name}\n"
        (folder / "mosquitto.conf").write_text(text + extra)
        server = BrokerServer(port, [program, "-c", str(folder / "mosquitto.conf")], folder)
        yield from _running(server)


@contextmanager
def amqtt_server(
    *, accounts: Mapping[str, str] | None = None, acl: Mapping[str, list[str]] | None = None
) -> Iterator[BrokerServer]:
    """An amqtt broker (MQTT 3.1.1 only): `acl` is name → topic filters that it may write and read."""
    with private_folder("amqtt") as folder:
        plugins: dict[str, dict[str, object]] = {}
        if accounts:
            plugins["amqtt.plugins.authentication.FileAuthPlugin"] = {"password_file": f"{folder}/passwords"}
            (folder / "passwords").write_text(_argon2_text(accounts))
        else:
            plugins["amqtt.plugins.authentication.AnonymousAuthPlugin"] = {"allow_anonymous": True}
        if acl:
            allowed = dict(acl)
            plugins["amqtt.plugins.topic_checking.TopicAccessControlListPlugin"] = {
                "publish_acl": allowed,
                "acl": allowed,
            }
        port = free_port()
        config = {"listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}, "plugins": plugins}
        (folder / "amqtt.yaml").write_text(json.dumps(config))
        program = "from amqtt.scripts.broker_script import main; main()"
        yield from _running(
            BrokerServer(port, [sys.executable, "-c", program, "-c", str(folder / "amqtt.yaml")], folder)
        )


def _running(server: BrokerServer) -> Iterator[BrokerServer]:
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def private_folder(name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"etabli-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def need(program: str, *, package: str = "") -> str:
    """The program's path; without it the test is skipped by name, and fails on CI."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        reason = f"needs {program}: apt-get install {package or program}"
        if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def free_port() -> int:
    """One that no other test of this run is given, and that no connection takes for its own end meanwhile."""
    open_run()
    with (Path(os.environ[RUN]) / "ports").open("a+") as given:
        fcntl.flock(given, fcntl.LOCK_EX)
        given.seek(0)
        port = int(given.read() or random.choice(PORTS))
        while not is_free(port := port + 1 if port < PORTS[-1] else PORTS[0]):
            pass
        given.truncate(0)
        given.write(str(port))
    return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_for_port(port: int, *, process: subprocess.Popen[bytes] | None = None, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.5):
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nothing answers on port {port}")


def password_text(accounts: Mapping[str, str], *, rounds: int = 101) -> str:
    """Lines of mosquitto's password file: PBKDF2-SHA512 as `mosquitto_passwd` writes it."""
    lines = []
    for name, password in accounts.items():
        salt = os.urandom(12)
        digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)
        lines.append(f"{name}:$7${rounds}${_b64(salt)}${_b64(digest)}\n")
    return "".join(lines)


def _argon2_text(accounts: Mapping[str, str]) -> str:
    return "".join(f"{name}:{Argon2Hasher().hash(password)}\n" for name, password in accounts.items())


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()

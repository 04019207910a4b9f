"""Servers of time series for tests: VictoriaMetrics, and InfluxDB 1.6 behind a door that knows /api/v2/write.

The door counts what comes and gives back what a test wishes: a status for the next writes, or none at all.
"""

import http.client
import json
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.servers import BrokerServer, free_port, need, private_folder


@dataclass
class Door:
    """`faults` are answers to the next writes (status, text), `largest` how many lines it takes at once.

    InfluxDB 3 `deletes` nothing.
    """

    url: str
    backend: int
    bucket: str = ""
    faults: list[tuple[int, str]] = field(default_factory=list)
    largest: int = 0
    forbidden: str = ""
    away: bool = False
    deletes: bool = True
    lines: int = 0
    asked: int = 0
    sizes: list[int] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def query(self, text: str) -> list[list]:
        """Rows of the one series that an InfluxQL query gives; times in ns."""
        asked = urllib.parse.urlencode({"db": self.bucket, "q": text, "epoch": "ns"})
        url = f"http://127.0.0.1:{self.backend}/query?{asked}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            found = json.load(answer)["results"][0].get("series", [])
        return found[0]["values"] if found else []

    def renew(self) -> None:
        """An empty database of a new name, and no faults."""
        self.bucket = f"lab-{time.monotonic_ns()}"
        body = urllib.parse.urlencode({"q": f'CREATE DATABASE "{self.bucket}"'}).encode()
        urllib.request.urlopen(f"http://127.0.0.1:{self.backend}/query", body, timeout=60).close()
        self.faults, self.largest, self.forbidden, self.away, self.deletes = [], 0, "", False, True
        self.lines, self.sizes, self.tokens = 0, [], set()

    def answer(self, body: bytes) -> tuple[int, str] | None:
        """What the door itself says to a write; None to let it in."""
        self.sizes.append(count := body.count(b"\n") + 1)
        if self.away:
            return 503, "away"
        if self.faults:
            return self.faults.pop(0)
        if self.largest and count > self.largest:
            return 413, "too large"
        if self.forbidden and self.forbidden.encode() in body:
            return 400, "field type conflict"
        self.lines += count
        return None


@contextmanager
def influx_server() -> Iterator[Door]:
    """InfluxDB 1.6, without accounts, behind its door."""
    program, port, rpc = need("influxd", package="influxdb"), free_port(), free_port()
    with private_folder("influx") as folder:
        settings = {
            "REPORTING_DISABLED": "true",
            "BIND_ADDRESS": f"127.0.0.1:{rpc}",
            "META_DIR": f"{folder}/meta",
            "DATA_DIR": f"{folder}/data",
            "DATA_WAL_DIR": f"{folder}/wal",
            "HTTP_BIND_ADDRESS": f"127.0.0.1:{port}",
            "HTTP_LOG_ENABLED": "false",
            "HTTP_MAX_BODY_SIZE": "0",
            "MONITOR_STORE_ENABLED": "false",
        }
        environ = [f"INFLUXDB_{name}={value}" for name, value in settings.items()]
        server = BrokerServer(port, ["env", *environ, program], folder)
        server.start()
        try:
            with _door(port) as door:
                door.renew()
                yield door
        finally:
            server.kill()


@dataclass
class Victoria:
    url: str
    server: BrokerServer


@contextmanager
def victoria_server() -> Iterator[Victoria]:
    program, port = need("victoria-metrics"), free_port()
    with private_folder("victoria") as folder:
        command = [
            program,
            f"-storageDataPath={folder}/data",
            f"-httpListenAddr=127.0.0.1:{port}",
            "-retentionPeriod=100y",
            "-search.latencyOffset=0s",
            "-memory.allowedPercent=20",
        ]
        server = BrokerServer(port, command, folder)
        server.start()
        try:
            yield Victoria(f"http://127.0.0.1:{port}", server)
        finally:
            server.kill()


class _Handler(BaseHTTPRequestHandler):
    door: Door
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        address = urllib.parse.urlsplit(self.path)
        if address.path != "/api/v2/write" and self.door.away:
            return self._reply(503, "away")
        if address.path != "/api/v2/write" and not self.door.deletes:
            return self._reply(405, "no such method")
        if address.path != "/api/v2/write":
            return self._pass_on("POST", self.path, body)
        self.door.tokens.add(self.headers.get("Authorization", ""))
        own = self.door.answer(body)
        if own is not None:
            return self._reply(*own)
        asked = dict(urllib.parse.parse_qsl(address.query))
        words = urllib.parse.urlencode({"db": asked["bucket"], "precision": "n"})
        return self._pass_on("POST", f"/write?{words}", body)

    def do_GET(self) -> None:
        self.door.asked += 1
        if self.door.away:
            return self._reply(503, "away")
        return self._pass_on("GET", self.path, None)

    def _pass_on(self, method: str, path: str, body: bytes | None) -> None:
        inner = http.client.HTTPConnection("127.0.0.1", self.door.backend, timeout=60)
        inner.request(method, path, body, {"Content-Type": self.headers.get("Content-Type", "text/plain")})
        answer = inner.getresponse()
        self._reply(answer.status, answer.read().decode())
        inner.close()

    def _reply(self, status: int, text: str) -> None:
        raw = text.encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if status != 204:
            self.wfile.write(raw)

    def log_message(self, *_args) -> None:
        pass


@contextmanager
def _door(backend: int) -> Iterator[Door]:
    door = Door("", backend)

    handler = type("Handler", (_Handler,), {"door": door})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    door.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()

"""Messages over real sockets: signed, bounded, never redirected, never where nobody allowed."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest
from django.utils import timezone

from lab.hooks import http
from lab.hooks.sender import Sender
from lab.hooks.signing import signature
from lab.models import Delivery
from tests.lab.actions.test_hooks import hook, post
from tests.processes import eventually

LOOPBACK = (ip_network("127.0.0.0/8"),)


class Receiver(BaseHTTPRequestHandler):
    """Answers as its path says, and keeps what it was sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        getattr(self, f"answer_{self.path.strip('/')}")()

    def answer_fine(self) -> None:
        self._answer(204)

    def answer_no(self) -> None:
        self._answer(422, b"unknown \x07kind" + b"x" * 9000)

    def answer_elsewhere(self) -> None:
        self._answer(307, headers={"Location": "/fine"})

    def answer_busy(self) -> None:
        self._answer(503, headers={"Retry-After": "90"})

    def answer_dribble(self) -> None:
        """A byte now and then: the silence is never long."""
        self._dribble(b"HTTP/1.1 200 OK\r\nX-Slow: ")

    def answer_trickle(self) -> None:
        self._dribble(b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\nConnection: close\r\n\r\n")

    def _dribble(self, begin: bytes) -> None:
        self.wfile.write(begin)
        while not self.server.closing.wait(0.05):
            self.wfile.write(b".")

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.heard, server.closing = [], threading.Event()
    server.handle_error = lambda *_: None  # whoever dribbles is cut off
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()


def sent(url: str, networks=LOOPBACK) -> http.Answer:
    return http.post(url, body=b"{}", headers={"webhook-id": "msg_1"}, networks=networks)


def test_a_taken_message(receiver):
    assert sent(f"{receiver.url}/fine") == http.Answer(204)
    path, headers, body = receiver.heard[-1]
    assert (path, body, headers["webhook-id"]) == ("/fine", b"{}", "msg_1")
    assert (headers["Content-Type"], headers["Host"]) == ("application/json", receiver.url[7:])


def test_what_a_refusal_says_is_kept_in_part(receiver):
    answer = sent(f"{receiver.url}/no")

    assert answer.status == 422
    assert answer.trouble.startswith("status: unknown kindxxx")
    assert len(answer.trouble) == http.MOST_TOLD


def test_nobody_is_sent_elsewhere(receiver):
    before = len(receiver.heard)

    assert sent(f"{receiver.url}/elsewhere") == http.Answer(307, "redirect")
    assert [path for path, *_ in receiver.heard[before:]] == ["/elsewhere"]


def test_who_is_busy_says_for_how_long(receiver):
    answer = sent(f"{receiver.url}/busy")

    assert (answer.status, answer.retry_after.total_seconds()) == (503, 90)


@pytest.mark.parametrize("path", ["dribble", "trickle"])  # its headers, its body
def test_who_dribbles_is_cut_off(receiver, monkeypatch, path):
    monkeypatch.setattr(http, "WHOLE", 0.5)

    assert sent(f"{receiver.url}/{path}") == http.Answer(trouble="timeout")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"])
def test_own_networks_are_not_even_knocked_at(receiver, host):
    before = len(receiver.heard)

    assert sent(f"http://{host}:{receiver.server_port}/fine", networks=()) == http.Answer(trouble="forbidden")
    assert len(receiver.heard) == before


def test_no_secure_line_where_there_is_none(receiver):
    assert sent(receiver.url.replace("http:", "https:") + "/fine").trouble.startswith("tls: ")


@pytest.mark.django_db
def test_the_worker_sends_what_waits_and_a_receiver_can_prove_it(receiver, settings):
    settings.HOOK_NETWORKS = LOOPBACK
    row = hook("device.online", url=f"{receiver.url}/fine")
    silent = hook("device.online", url="http://127.0.0.1:9/")
    post()
    sender = Sender(paused=lambda *_: None)

    def noted() -> int:
        sender.round(now=timezone.now())
        return Delivery.objects.exclude(tried_at=None).count()

    eventually(lambda: noted() == 2)
    sender.close()

    assert row.deliveries.get().state == "sent"
    failed = silent.deliveries.get()
    assert (failed.state, failed.attempts, failed.error.split(":")[0]) == ("waiting", 1, "unreachable")
    _path, headers, body = receiver.heard[-1]
    at = int(headers["webhook-timestamp"])
    proof = signature(row.secret, headers["webhook-id"], at, body)
    assert headers["webhook-signature"] == f"v1,{proof}"
    assert body.decode() == row.deliveries.get().payload

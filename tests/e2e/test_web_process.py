"""The web process itself: files, broken-off requests, many at once."""

import http.client
import socket
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from lab.models import ApiToken
from tests import factories
from tests.site import ROOT, at_once, site


def rows() -> str:
    factories.resource("laser-1")
    return ApiToken.issue(factories.member("alice"))


@pytest.fixture(scope="module")
def web():
    with site() as found:
        yield found


def get(web, path: str, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    connection.request(method, path)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_files_come_whole_and_in_one_piece(web):
    script = Path(ROOT / "lab" / "static" / "lab" / "js" / "app.js").read_bytes()

    assert get(web, "/static/lab/js/app.js") == (200, script)
    assert get(web, "/static/lab/js/app.js", "HEAD") == (200, b"")
    assert get(web, "/static/lab/js/nothing.js")[0] == 404


@pytest.mark.parametrize(
    "told",
    [b"POST /api/v1/bookings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{", b"\xff\0\r\n\r\n"],
)
def test_whoever_breaks_off_leaves_no_mark(web, told):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", web.port)) as rude:
            rude.sendall(told)

    assert get(web, "/accounts/login/")[0] == 200


def test_a_host_that_is_not_ours_is_a_bad_request(web):
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    connection.request("GET", "/api/v1/bookings", headers={"Host": "evil.example"})

    assert connection.getresponse().status == 400


def test_fifty_who_read_at_once_are_all_answered(web):
    client = partial(web.client, web.do(rows))

    answers = at_once([partial(client(), "GET", "resources") for _ in range(50)])

    assert Counter(status for status, _told in answers) == {200: 50}

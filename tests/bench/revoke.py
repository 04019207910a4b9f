"""A lost badge: from the click on the page to the moment when each of 50 readers refuses it by itself."""

import http.client
import time
from collections.abc import Iterator, Sequence

from tests.bench._lab import percentile, running
from tests.bench._readers import BADGES, Reader
from tests.processes import eventually
from tests.servers import mosquitto_server
from tests.site import Site, site

DOORS, ROUNDS, PATIENCE = 50, 40, 20.0
GOAL = 1.0  # seconds, for p99
TOKEN = "x" * 32


def run() -> Iterator[dict]:
    with mosquitto_server() as broker, site(mqtt_url=broker.url()) as web:
        told = web.do("tests.bench._readers:rows", DOORS)
        with running(web.environ, "doors"):
            readers = [
                Reader(name, bytes.fromhex(key), bytes.fromhex(told["site_key"]), broker)
                for name, key in told["keys"].items()
            ]
            eventually(lambda: all(reader.lets_in(BADGES[-1]) for reader in readers), seconds=60)
            bare = [_bare(readers, 15_000) for _ in range(ROUNDS)]
            _lost(web, readers, told, BADGES[0])  # the web process reads its pages at the first click
            rounds = [_lost(web, readers, told, uid) for uid in BADGES[1 : ROUNDS + 1]]
            eventually(lambda: web.do("tests.bench._readers:learnt") == DOORS * (ROUNDS + 1), seconds=60)
            for reader in readers:
                reader.leave()
    last = [max(times) for times in rounds]
    limit = percentile(bare, 0.5)
    for name, value in (
        ("revoke p50, one reader", percentile([one for times in rounds for one in times], 0.5)),
        ("revoke p50, the last reader", percentile(last, 0.5)),
        ("revoke p99, the last reader", percentile(last, 0.99)),
    ):
        yield {
            "name": name,
            "value": round(value, 3),
            "unit": "s",
            "limit": round(limit, 3),
            "ratio": round(value / limit, 1),
            "detail": {
                "readers": DOORS, "losses": ROUNDS, "goal_p99_s": GOAL,
                "limit": "as many retained messages of that size through the same broker",
            },
        }  # fmt: skip


def _lost(web: Site, readers: Sequence[Reader], told: dict, uid: str) -> list[float]:
    """Seconds until each reader refuses the badge, from just before the click."""
    time.sleep(0.7 + int(uid[-2:], 16) % 10 * 0.05)  # at any moment between two looks of the server
    if not all(reader.lets_in(uid) for reader in readers):
        raise AssertionError("a reader does not know the badge")
    for reader in readers:
        reader.taken.queue.clear()
    began = time.perf_counter()
    _click(web, told["session"], f"/me/badges/{told['badges'][uid]}/lost/")
    return [_refused(reader, uid) - began for reader in readers]


def _refused(reader: Reader, uid: str) -> float:
    """The moment of the list with which it refuses the badge."""
    at = reader.taken.get(timeout=PATIENCE)
    while reader.lets_in(uid):
        at = reader.taken.get(timeout=PATIENCE)
    return at


def _click(web: Site, session: str, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    cookies = f"sessionid={session}; csrftoken={TOKEN}"
    connection.request("POST", path, headers={"Cookie": cookies, "X-CSRFToken": TOKEN})
    status = connection.getresponse().status
    connection.close()
    if status != 302:
        raise AssertionError(f"the page answers {status}")


def _bare(readers: Sequence[Reader], size: int) -> float:
    """Seconds until every reader has a message of this size."""
    began = time.perf_counter()
    for reader in readers:
        reader._client.publish(f"bench/{reader.name}", b"x" * size, 1, retain=True)
    return max(reader.plain.get(timeout=PATIENCE) for reader in readers) - began

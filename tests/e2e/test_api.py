"""The API of the running lab as a stranger's program meets it: shapes, codes, keys, times."""

import json
import stat
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest

from tests.e2e.demo import Demo

pytestmark = [pytest.mark.server("mosquitto"), pytest.mark.xdist_group("demo")]
MONDAY = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=60)
MONDAY -= timedelta(days=MONDAY.weekday())
HOUR = timedelta(hours=1)


def wish(*resources: str, hours: float = 0, length: float = 1, **more: Any) -> dict[str, Any]:
    start = MONDAY + hours * HOUR
    return {
        "resources": list(resources),
        "starts_at": start.isoformat(),
        "ends_at": (start + length * HOUR).isoformat(),
        **more,
    }


def codes(answer: dict[str, Any]) -> list[str]:
    return [objection["code"] for objection in answer["objections"]]


def raw(
    lab: Demo, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, Any, str]:
    """Status, headers and text, without the client's own token."""
    request = urllib.request.Request(lab.base_url + path, method=method, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def bearer(lab: Demo, user: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {lab.papers['accounts'][user]['token']}"}


def test_the_papers_hold_what_a_stranger_needs(lab: Demo) -> None:
    papers = lab.papers
    keys = {"base_url", "mqtt", "accounts", "bridge", "devices", "badges", "cards", "resources", "totems"}

    assert set(papers) == keys
    assert set(papers["mqtt"]) == {"host", "port"}
    assert set(papers["accounts"]) == {"maker", "novice", "manager", "admin"}
    assert all(set(account) == {"password", "token"} for account in papers["accounts"].values())
    assert {"door-fablab", "door-rfid", "reader-laser-1"} <= set(papers["devices"])
    assert papers["devices"]["reader-laser-1"]["resource"] == "laser-1"
    assert {"uid", "member", "certifications"} == set(papers["badges"][0])
    assert stat.S_IMODE((lab.state / "demo.json").stat().st_mode) == 0o600
    assert not lab.state.stat().st_mode & 0o077


@pytest.mark.parametrize(
    ("path", "status"), [("/healthz", 200), ("/metrics", 403), ("/api/v1/resources", 401), ("/api/v1/x", 404)]
)
def test_who_is_nobody_gets(lab: Demo, path: str, status: int) -> None:
    assert raw(lab, path)[0] == status


def test_metrics_are_for_managers(lab: Demo) -> None:
    assert raw(lab, "/metrics", **bearer(lab, "maker"))[0] == 403
    status, headers, text = raw(lab, "/metrics", **bearer(lab, "manager"))

    assert (status, headers.get_content_type()) == (200, "text/plain")
    assert "# TYPE etabli_devices gauge" in text


@pytest.mark.parametrize("path", ["dead-letters", "access-events", "presence"])
def test_what_only_managers_may_read(lab: Demo, path: str) -> None:
    status, problem = lab.call("GET", path, user="maker")

    assert (status, problem["code"], problem["objections"]) == (403, "forbidden", [])
    assert set(lab.call("GET", path, user="manager")[1]) == {"items", "next"}


def test_the_house_rules_of_the_demo(lab: Demo) -> None:
    def check(body: dict[str, Any], user: str = "maker") -> list[str]:
        return codes(lab.call("POST", "bookings/check", body, user=user)[1])

    assert check(wish("meeting-room", hours=10, length=14), "novice") == []
    assert check(wish("desk", hours=330 * 24, length=9), "novice") == []
    assert check(wish("cnc-1", length=2)) == []
    assert check(wish("cnc-1", length=2.5)) == ["quota"]
    assert check(wish("laser-1", hours=12)) == ["closed"]
    assert check(wish("laser-1", hours=12), "novice") == ["not_certified", "closed"]
    assert check(wish("meeting-room", hours=-100 * 24)) == ["in_past"]
    assert check(wish("meeting-room", hours=400 * 24)) == ["too_far"]
    assert check(wish("desk", length=0)) == ["bad_span"]


def test_a_key_books_once_however_often_and_however_fast_it_is_sent(lab: Demo) -> None:
    body, key = wish("desk", hours=24), {"Idempotency_Key": f"e2e-{MONDAY.timestamp()}"}

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: lab.call("POST", "bookings", body, **key), range(8)))

    assert {(status, found["id"]) for status, found in answers} == {(201, answers[0][1]["id"])}
    status, problem = lab.call("POST", "bookings", wish("desk", hours=25), **key)
    assert (status, problem["code"]) == (422, "idempotency_mismatch")


def test_a_booking_lives_and_ends(lab: Demo) -> None:
    status, booked = lab.call("POST", "bookings", wish("meeting-room", hours=48, purpose="essai"))
    path = f"bookings/{booked['id']}"
    later = (MONDAY + 50 * HOUR).isoformat()

    assert status == 201
    assert datetime.fromisoformat(booked["starts_at"]).utcoffset() is not None
    taken = lab.call("POST", "bookings", wish("meeting-room", hours=48))
    assert (taken[0], codes(taken[1])) == (409, ["taken"])
    assert taken[1]["alternatives"]
    assert "purpose" not in lab.call("GET", path, user="novice")[1]
    assert lab.call("PATCH", path, {"purpose": "autre"}, user="novice")[0] == 403
    assert lab.call("PATCH", path, {"ends_at": later})[1]["ends_at"] == lab.call("GET", path)[1]["ends_at"]
    assert lab.call("POST", f"{path}/extend", {"minutes": 30})[0] == 200
    assert lab.call("DELETE", path) == (204, None)
    assert lab.call("GET", path)[1]["state"] == "cancelled"


def test_a_list_goes_on_where_next_says(lab: Demo) -> None:
    path, seen = "devices?limit=7", []
    whole = [one["device"] for one in lab.call("GET", "devices?limit=500", user="manager")[1]["items"]]

    while path:
        found = lab.call("GET", path, user="manager")[1]
        seen += [one["device"] for one in found["items"]]
        path = (found["next"] or "").removeprefix(f"{lab.base_url}/api/v1/")

    assert set(whole) <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("time", ["2027-01-04T10:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_naive_or_out_of_reason_is_no_span(lab: Demo, time: str) -> None:
    status, problem = lab.call("POST", "bookings", wish("desk") | {"starts_at": time})

    assert (status, problem["code"]) == (422, "bad_span")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"resources": 7}'])
def test_garbage_is_a_problem_and_never_a_failure(lab: Demo, body: bytes) -> None:
    headers = {"Content-Type": "application/json", **bearer(lab, "maker")}
    status, answered, text = raw(lab, "/api/v1/bookings", method="POST", body=body, **headers)

    assert status in {400, 422}
    assert answered.get_content_type() == "application/problem+json"
    assert {"code", "title", "detail", "objections"} <= set(json.loads(text))


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "fr"),
        ({"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ({"Accept-Language": "de"}, "fr"),
        ({"Accept-Language": "en", "Cookie": "django_language=fr"}, "fr"),
    ],
    ids=str,
)
def test_the_language_is_the_cookie_s_else_the_browser_s_else_french(
    lab: Demo, headers: dict[str, str], language: str
) -> None:
    status, answered, text = raw(lab, "/accounts/login/", **headers)

    assert (status, answered["Content-Language"]) == (200, language)
    assert f'<html lang="{language}"' in text


def test_nothing_of_the_lab_listens_beyond_this_machine(lab: Demo) -> None:
    family = psutil.Process(lab.process.pid)
    heard = {
        connection.laddr.ip
        for process in [family, *family.children(recursive=True)]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }

    assert heard == {"127.0.0.1"}

"""A series in a real browser: its dates are seen and decided, what follows is moved, all of it given back."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.demo import Demo
from tests.e2e.eyes import AS_EYES, troubles
from tests.e2e.test_journey import PARIS, browser, page, sign_in

__all__ = ["browser", "page"]  # fixtures
pytestmark = [
    pytest.mark.server("mosquitto"),
    pytest.mark.server("chromium"),
    pytest.mark.xdist_group("demo"),
]


def an_hour(hour: int, *, days: int) -> datetime:
    """Far enough ahead that no other journey wants it."""
    day = datetime.now(PARIS).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def weeks_later(start: datetime, weeks: int) -> datetime:
    return (start.replace(tzinfo=None) + timedelta(weeks=weeks)).replace(tzinfo=PARIS)


def wish(start: datetime) -> dict[str, object]:
    end = start + timedelta(hours=1)
    return {"resources": ["meeting-room"], "starts_at": start.isoformat(), "ends_at": end.isoformat()}


def bookings(lab: Demo, page: Page) -> list[dict[str, str]]:
    """Those of the series whose page is open."""
    pk = re.search(r"/series/(\d+)/", page.url)[1]
    return lab.call("GET", f"series/{pk}")[1]["bookings"]


def test_a_series_is_decided_moved_and_given_back(page: Page, lab: Demo) -> None:
    start = an_hour(10, days=140)
    assert lab.call("POST", "bookings", wish(weeks_later(start, 2)), user="manager")[0] == 201
    sign_in(page, lab, "maker")

    page.goto(f"{lab.base_url}/book/?resource=meeting-room&starts_at={start:%Y-%m-%dT%H:%M}")
    dates = page.locator("#repeat-dates .date")
    page.select_option("#id_repeat-every", "week")
    expect(dates).to_have_count(10)
    page.fill("#id_repeat-times", "4")
    page.locator("#id_repeat-times").blur()
    expect(dates).to_have_count(4)
    expect(page.locator("#repeat-dates .date.refused")).to_have_count(1)
    page.locator("#repeat-dates select[name=resolve]").select_option(index=1)
    expect(page.locator("#repeat-dates .date.refused")).to_have_count(0)
    page.locator("form.wish .button.primary").click()
    page.wait_for_url("**/series/*/")

    expect(page.locator(".rows [data-state=booked]")).to_have_count(4)
    starts = [datetime.fromisoformat(row["starts_at"]) for row in bookings(lab, page)]
    assert starts[:2] == [start, weeks_later(start, 1)]
    assert starts[2] != weeks_later(start, 2)

    page.locator(".rows a.plain").nth(1).click()
    page.locator("a[href*='scope=following']").click()
    dialog = page.locator("#booking-dialog")
    later = weeks_later(start, 1) + timedelta(hours=4)
    dialog.locator("#id_starts_at").fill(f"{later:%Y-%m-%dT%H:%M}")
    dialog.locator("#id_ends_at").fill(f"{later + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    dialog.locator(".button.primary").click()
    page.wait_for_url("**/bookings/*/")
    page.locator("a[href^='/series/']").click()
    page.wait_for_url("**/series/*/")

    rows = bookings(lab, page)
    assert [datetime.fromisoformat(row["starts_at"]) for row in rows] == [
        later,
        starts[2],  # put elsewhere by itself
        weeks_later(later, 2),
    ]
    page.locator("form[action$='/cancel/'] .button.danger").click()
    expect(page.locator(".rows [data-state=cancelled]")).to_have_count(3)


def test_its_pages_are_for_everybody_and_every_screen(browser: Browser, lab: Demo) -> None:
    start = an_hour(8, days=142)
    made = lab.call("POST", "bookings", wish(start) | {"repeat": "FREQ=WEEKLY;COUNT=3"})[1]
    context = browser.new_context(locale="fr-FR", **AS_EYES)
    page = context.new_page()
    sign_in(page, lab, "maker")

    for path in (f"/series/{made['series']['id']}/", f"/bookings/{made['id']}/change/?scope=all"):
        page.goto(lab.base_url + path)
        assert troubles(page) == []
    page.goto(f"{lab.base_url}/book/?resource=meeting-room&starts_at={start:%Y-%m-%dT%H:%M}")
    page.select_option("#id_repeat-every", "day")
    expect(page.locator("#repeat-dates .date.refused")).to_have_count(2)
    page.locator("#repeat-dates details > summary").click()
    assert troubles(page) == []
    context.close()


def test_a_series_is_booked_without_a_script(browser: Browser, lab: Demo) -> None:
    start = an_hour(15, days=141)
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, lab, "maker")

    page.goto(f"{lab.base_url}/book/?resource=meeting-room&starts_at={start:%Y-%m-%dT%H:%M}")
    page.select_option("#id_repeat-every", "fortnight")
    page.fill("#id_repeat-times", "3")
    page.locator("button[name=look]").click()
    expect(page.locator("#repeat-dates .date")).to_have_count(3)
    page.locator("form.wish .button.primary").click()
    page.wait_for_url("**/series/*/")

    assert [datetime.fromisoformat(row["starts_at"]) for row in bookings(lab, page)] == [
        start,
        weeks_later(start, 2),
        weeks_later(start, 4),
    ]
    context.close()

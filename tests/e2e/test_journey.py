"""The whole path in a real browser: sign in, book, tap by MQTT, see the unlock and the power live."""

import itertools
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.demo import Demo, Peer, eventually

pytestmark = [
    pytest.mark.server("mosquitto"),
    pytest.mark.server("chromium"),
    pytest.mark.xdist_group("demo"),
]
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PARIS = ZoneInfo("Europe/Paris")
days = itertools.count(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A French visitor's page; anything that the browser complains about fails the test."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert [one for one in complaints if "422" not in one] == []


def sign_in(page: Page, lab: Demo, user: str) -> None:
    page.goto(f"{lab.base_url}/accounts/login/")
    page.get_by_label("Identifiant").fill(user)
    page.get_by_label("Mot de passe", exact=True).fill(lab.papers["accounts"][user]["password"])
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{lab.base_url}/")


def a_free_hour() -> datetime:
    day = datetime.now(PARIS) + timedelta(days=next(days))
    return day.replace(hour=10, minute=0, second=0, microsecond=0)


def test_a_maker_books_and_sees_it(page: Page, lab: Demo) -> None:
    start = a_free_hour()
    sign_in(page, lab, "maker")
    page.goto(f"{lab.base_url}/book/?resource=meeting-room&starts_at={start:%Y-%m-%dT%H:%M}")
    page.get_by_label("Motif").fill("Revue de projet")
    page.get_by_role("button", name="Réserver").click()
    page.wait_for_url("**/me/")

    expect(page.get_by_text("Salle de réunion").first).to_be_visible()
    expect(page.get_by_text("Revue de projet").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "fr"


def test_a_taken_hour_is_refused_with_other_times(page: Page, lab: Demo) -> None:
    start = a_free_hour()
    wish = {
        "resources": ["meeting-room"],
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=1)).isoformat(),
    }
    assert lab.call("POST", "bookings", wish, user="manager")[0] == 201
    sign_in(page, lab, "maker")
    page.goto(f"{lab.base_url}/book/?resource=meeting-room&starts_at={start:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Réserver").click()

    refusal = page.get_by_role("alert")
    expect(refusal).to_be_visible()
    refusal.get_by_role("link").first.click()
    page.get_by_role("button", name="Réserver").click()
    page.wait_for_url("**/me/")


def test_a_manager_sees_a_tap_and_the_power_move(page: Page, lab: Demo) -> None:
    sign_in(page, lab, "manager")
    page.goto(f"{lab.base_url}/dashboard/")
    door = Peer.device(lab, "door-rfid")
    meter = Peer.device(lab, "meter-laser-1", "fablab/v1/meter-laser-1/none")
    nonce = f"journey-{time.time_ns()}"
    try:
        door.say("fablab/v1/door-rfid/tap", {"uid": lab.badge("maker"), "nonce": nonce})
        assert [command["do"] for command in door.commands(nonce)] == ["unlock"]
        passages = lab.call("GET", "access-events", user="manager")[1]["items"]
        assert [event["member"] for event in passages if event["nonce"] == nonce] == ["maker"]
        expect(page.locator(".log")).to_contain_text("Porte du Centre RFID")

        watts = page.locator('[data-live="device/meter-laser-1"] [data-watts]')
        for value in ("4321", "1234"):
            shown = re.compile(rf"^{value[0]}\s{value[1:]}$")

            def told(value: str = value, shown: re.Pattern[str] = shown) -> bool:
                # The simulated meter goes on telling its own power in between.
                meter.say("fablab/v1/meter-laser-1/readings", {"power": int(value)})
                with suppress(AssertionError):
                    expect(watts).to_have_text(shown, timeout=1000)
                    return True
                return False

            assert eventually(told)
    finally:
        door.close()
        meter.close()


def test_a_manager_adopts_a_plug_that_just_spoke(page: Page, lab: Demo) -> None:
    name = f"prise-{time.time_ns()}"
    sign_in(page, lab, "manager")
    page.goto(f"{lab.base_url}/dashboard/")
    plug = Peer.bridge(lab)
    try:
        plug.say(f"tele/{name}/SENSOR", {"ENERGY": {"Total": 1.5, "Power": 12}})
        page.get_by_role("link", name=name).click(timeout=60_000)
        page.get_by_role("heading", name=name).wait_for()
    finally:
        plug.close()

"""A totem in a real browser whose clock the test holds: midnight, sleep, a cut line: never yesterday."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from lab.models import Totem
from tests import factories
from tests.e2e.test_journey import FLAGS, PARIS
from tests.processes import eventually
from tests.site import Site, site

pytestmark = pytest.mark.server("chromium")
MINUTE = 60_000


def rows() -> str:
    zone = factories.zone("fablab")
    laser, alice = factories.resource("laser-1", zone=zone), factories.member("alice")
    midnight = datetime.combine(datetime.now(PARIS).date() + timedelta(days=1), time(0), PARIS)
    for hour in (9, 13):
        start = midnight + timedelta(hours=hour)
        factories.booking(alice, laser, factories.Span(start, start + timedelta(hours=1)))
    row = Totem(zone=zone, label="Entrance")
    key = row.renew()
    row.save()
    return key


def shown_on() -> str:
    return str(Totem.objects.get().shown_on)


class Screen:
    """A paired screen and what the server tells it; the test says which time the server has."""

    def __init__(self, page: Page, found: Site, key: str) -> None:
        self.page, self.site = page, found
        self.now, self.release, self.away = datetime.now(PARIS), "", False
        page.clock.install()
        page.route(re.compile(r"/totem/fablab/(\?.*)?$"), self.answer)
        page.goto(f"http://127.0.0.1:{found.port}/totem/fablab/?key={key}")

    def answer(self, route: Route) -> None:
        if "key=" in route.request.url:
            return route.continue_()
        if self.away:
            return route.abort()
        told = route.fetch()
        body = re.sub(r'data-now="[^"]*"', f'data-now="{self.now.isoformat()}"', told.text(), count=1)
        if self.release:
            body = re.sub(r'data-release="[^"]*"', f'data-release="{self.release}"', body, count=1)
        return route.fulfill(response=told, body=body)

    def shows(self, day: date | None) -> None:
        today = self.page.locator("#today")
        if day is None:
            expect(today).not_to_have_attribute("datetime", re.compile("."))
        else:
            expect(today).to_have_attribute("datetime", day.isoformat())

    def cut(self, yes: bool = True) -> None:
        self.away = yes  # an intercepted request does not ask whether the browser has a network
        self.page.context.set_offline(yes)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[Site, str]]:
    with site() as found:
        eventually(lambda: datetime.now(PARIS).time() < time(23, 56), 280)  # the day must not turn by itself
        yield found, found.do(rows)


@pytest.fixture
def screen(browser: Browser, lab: tuple[Site, str]) -> Iterator[Screen]:
    context = browser.new_context(locale="en", viewport={"width": 1080, "height": 1920})
    yield Screen(context.new_page(), *lab)
    context.close()


def test_out_of_contact_midnight_turns_the_page_and_fifteen_minutes_hide_it(screen):
    today = datetime.now(PARIS).date()
    facts, stale, slots = (
        screen.page.locator(one) for one in ("#facts", "#stale", ".totem-slots [data-ends]")
    )
    screen.now = datetime.combine(today, time(23, 55), PARIS)
    screen.page.reload()
    screen.shows(today)
    expect(facts).to_be_visible()
    eventually(lambda: screen.site.do(shown_on) == today.isoformat())

    screen.cut()
    screen.page.clock.run_for(6 * MINUTE)
    screen.shows(today + timedelta(days=1))
    expect(slots).to_have_count(2)
    expect(stale).to_contain_text("No news since 23:5")

    screen.page.clock.run_for(10 * MINUTE)
    expect(facts).to_be_hidden()
    expect(stale).to_contain_text("Out of contact since 23:5")
    screen.shows(today + timedelta(days=1))

    screen.now = datetime.now(PARIS)
    screen.cut(False)
    expect(facts).to_be_visible()
    expect(stale).not_to_contain_text("Out of contact")


def test_after_a_sleep_or_a_set_clock_it_shows_nothing_until_the_server_has_told_the_time(screen):
    today, facts = datetime.now(PARIS).date(), screen.page.locator("#facts")
    screen.shows(today)
    expect(facts).to_be_visible()

    screen.cut()
    screen.page.clock.set_system_time(datetime.now(PARIS) + timedelta(hours=26))
    screen.shows(None)
    expect(facts).to_be_hidden()
    expect(screen.page.locator("#stale")).to_contain_text("Out of contact")

    screen.cut(False)
    screen.shows(today)
    expect(facts).to_be_visible()


def test_a_new_release_is_loaded_once_the_server_offers_it(screen):
    expect(screen.page.locator("#facts")).to_be_visible()
    screen.page.evaluate("document.body.dataset.seen = 'old'")

    screen.release = "another"
    screen.page.clock.run_for(25_000)

    expect(screen.page.locator("body")).to_have_attribute("data-release", "another")
    expect(screen.page.locator("body")).not_to_have_attribute("data-seen", "old")
    expect(screen.page.locator("#facts")).to_be_visible()

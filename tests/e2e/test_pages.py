"""Every page as people with different eyes, hands and machines meet it: axe, keys, 320 pixels, no script."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.demo import Demo, Peer
from tests.e2e.eyes import AS_EYES, People, ready, troubles
from tests.e2e.test_journey import FLAGS, PARIS

pytestmark = [
    pytest.mark.server("mosquitto"),
    pytest.mark.server("chromium"),
    pytest.mark.xdist_group("demo"),
]
EVERYBODY = ("/accounts/login/", "/accessibility/", "/privacy/")
MAKER = (
    "/",
    "/?kind=printer&minutes=60",
    "/planning/",
    "/planning/?hours=all",
    "/book/",
    "/me/",
    "/resources/laser-1/",
    "/resources/operator/",
    "/certifications/laser/",
    "/me/usage/",
)
MANAGER = (
    "/dashboard/",
    "/presence/",
    "/devices/",
    "/devices/meter-laser-1/",
    "/devices/plug-printer-1/",
    "/devices/gate-rfid/reads/",
    "/devices/plug-new/",
    "/devices/new/",
    "/devices/door-fablab/credential/",
    "/devices/meter-laser-1/export/",
    "/devices/plug-printer-1/orders/",
    "/devices/dead-letters/",
    "/devices/mappings/new/",
    "/nothing/",
)
MANAGED = (
    "/manage/",
    "/manage/rules/",
    "/manage/rules/kinds/printer/",
    "/manage/rules/resources/operator/",
    "/manage/rules/resources/desk/names/",
    "/manage/rules/resources/new/",
    "/manage/hours/",
    "/manage/hours/carrefour/",
    "/manage/closures/",
    "/manage/closures/new/",
    "/manage/outages/",
    "/manage/outages/new/?resource=laser-2",
    "/manage/no-shows/",
    "/manage/alarms/",
    "/manage/alarms/rules/",
    "/manage/alarms/rules/new/?condition=above",
    "/manage/rules/resources/laser-1/power/",
    "/manage/materials/",
    "/manage/projects/",
    "/manage/hooks/new/",
    "/manage/badges/",
    "/manage/upkeep/",
    "/manage/upkeep/1/",
    "/manage/upkeep/at/1/",
    "/manage/upkeep/at/1/sign/",
    "/manage/accounts/",
    "/manage/quotas/",
    "/manage/quotas/new/",
    "/manage/programmes/residence-3-mois/?q=a",
    "/manage/tariffs/bench/",
    "/manage/certifications/laser/?q=a",
    "/manage/certifications/cnc/trainings/new/",
    "/manage/certifications/trainings/1/",
    "/manage/members/",
    "/manage/members/maker/",
    "/manage/policy/",
)
PAGES = [
    *(("", path) for path in EVERYBODY),
    *(("maker", path) for path in MAKER),
    *(("manager", path) for path in MANAGER + MANAGED),
]
MOVING = """() => [...document.querySelectorAll('*')]
  .filter((at) => parseFloat(getComputedStyle(at).transitionDuration) > 0.001).length"""
SHOWS_FOCUS = """() => {
  const at = document.activeElement;
  const marks = [getComputedStyle(at), getComputedStyle(at, '::after'), getComputedStyle(at.parentElement)];
  const seen = (mark) => mark.outlineStyle !== 'none' || mark.borderStyle === 'solid';
  return at === document.body || marks.some(seen);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def people(browser: Browser, lab: Demo, tmp_path_factory: pytest.TempPathFactory) -> People:
    newcomer = Peer.bridge(lab)
    newcomer.say(f"tele/prise-{'8' * 40}/SENSOR", {"ENERGY": {"Power": 12}})
    newcomer.close()
    return People(browser, lab, tmp_path_factory.mktemp("people"))


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_is_for_everybody_and_every_screen(people: People, who: str, path: str) -> None:
    with people.look(who, **AS_EYES) as context:
        page = ready(context.new_page(), path)

        assert troubles(page) == []
        assert page.locator("html").get_attribute("lang") == "fr"
        assert page.title().endswith("· Établi")


@pytest.mark.parametrize(("who", "path"), [("", "/accounts/login/"), ("maker", "/"), ("maker", "/planning/")])
def test_the_focus_is_seen_at_each_tab(people: People, who: str, path: str) -> None:
    with people.look(who) as context:
        page = ready(context.new_page(), path)
        for _ in range(24):
            page.keyboard.press("Tab")
            assert page.evaluate(SHOWS_FOCUS), page.evaluate("document.activeElement.outerHTML")


def test_one_books_and_cancels_without_script(people: People) -> None:
    start = datetime.now(PARIS).replace(hour=10, minute=0) + timedelta(days=60)
    with people.look("maker", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"/book/?resource=meeting-room&starts_at={start:%Y-%m-%dT%H:%M}")
        page.get_by_role("button", name="Réserver").click()
        row = page.locator("li", has_text="10").filter(has_text=f"{start.day}").first
        expect(row).to_be_visible()
        page.locator('form[action$="/cancel/"]').last.get_by_role("button").click()

        expect(page.get_by_text("Annulé :")).to_be_visible()


def test_the_planning_books_by_keyboard_alone(people: People) -> None:
    day = datetime.now(PARIS).date() + timedelta(days=61)
    with people.look("maker", viewport={"width": 1280, "height": 900}) as context:
        page = ready(context.new_page(), f"/planning/?day={day}&zone=carrefour")
        page.locator('.lane[tabindex="0"]').focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        said = "Salle de réunion, de 8\u00a0h\u00a015 à 9\u00a0h\u00a030"
        expect(page.locator(".planning-says")).to_contain_text(said)
        page.keyboard.press("Enter")
        page.get_by_label("Motif").fill("Au clavier")
        page.keyboard.press("Enter")

        expect(page.locator(".bar.mine", has_text="À vous")).to_be_visible()
        expect(page.locator(".toast")).to_contain_text("Réservé")


def test_what_somebody_else_books_appears_by_itself(people: People) -> None:
    start = datetime.now(PARIS).replace(hour=14, minute=0, second=0, microsecond=0) + timedelta(days=62)
    with people.look("maker", viewport={"width": 1280, "height": 900}) as context:
        page = ready(context.new_page(), f"/planning/?day={start.date()}&zone=carrefour")
        lane = page.locator('.lane[data-resource="meeting-room"]')
        expect(lane.locator(".bar")).to_have_count(0)
        wish = {
            "resources": ["meeting-room"],
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=1)).isoformat(),
        }
        assert people.lab.call("POST", "bookings", wish, user="manager")[0] == 201

        expect(lane.locator(".bar.taken")).to_have_count(1)


def test_a_page_that_hears_nothing_says_so(people: People) -> None:
    with people.look("maker") as context:
        page = context.new_page()
        page.route_web_socket("**/ws/live/**", lambda socket: socket.close())
        page.clock.install()
        ready(page, "/")
        expect(page.locator("#stale")).to_have_text("")
        page.clock.fast_forward(13_000)

        expect(page.locator("#stale")).to_contain_text("Le direct n’est pas encore joignable")


def test_a_curve_that_cannot_be_drawn_is_a_table(people: People) -> None:
    with people.look("manager") as context:
        page = context.new_page()
        page.route("**/uPlot.iife*", lambda route: route.abort())
        ready(page, "/devices/meter-laser-1/?channel=voltage")

        expect(page.locator("[data-chart-note]")).to_contain_text("La courbe ne peut pas être tracée")
        expect(page.locator("[data-chart-table] tbody tr").first).to_contain_text("V")


def test_the_theme_is_kept_and_drawn_by_the_server(people: People) -> None:
    with people.look("maker", color_scheme="light") as context:
        page = ready(context.new_page(), "/")
        page.locator(".menu summary").click()
        page.get_by_role("button", name="Sombre").click()
        page.reload()

        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 19, 18)"


def test_forced_colours_keep_the_edges_of_states(people: People) -> None:
    with people.look("maker", forced_colors="active") as context:
        page = ready(context.new_page(), "/")
        border = page.locator(".resource .state").first.evaluate("at => getComputedStyle(at).borderStyle")

        assert border == "solid"


def test_nothing_moves_when_less_motion_is_asked_for(people: People) -> None:
    with people.look("maker", reduced_motion="reduce") as context:
        page = ready(context.new_page(), "/")
        assert page.evaluate(MOVING) == 0

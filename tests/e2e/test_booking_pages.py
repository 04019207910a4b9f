"""The maker's side in a real browser: wishes judged while typed, times found, requests, bookings moved."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.e2e.demo import Demo, eventually
from tests.e2e.eyes import AS_EYES, People, ready, troubles
from tests.e2e.test_journey import FLAGS, PARIS

pytestmark = [
    pytest.mark.server("mosquitto"),
    pytest.mark.server("chromium"),
    pytest.mark.xdist_group("demo"),
]
WIDE = {"width": 1280, "height": 900}
days = itertools.count(90, 3)  # a weekend moves on to Monday


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def people(browser: Browser, lab: Demo, tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(browser, lab, tmp_path_factory.mktemp("people"))


def morning(hour: int = 10) -> datetime:
    """A weekday of its own for each test, in the lab's zone."""
    day = datetime.now(PARIS) + timedelta(days=next(days))
    day += timedelta(days=8 - day.isoweekday() if day.isoweekday() > 5 else 0)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def booked(
    lab: Demo, *resources: str, start: datetime, hours: float = 1, user: str = "maker"
) -> dict[str, Any]:
    wish = {
        "resources": list(resources),
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=hours)).isoformat(),
    }
    status, told = lab.call("POST", "bookings", wish, user=user)
    assert status == 201, told
    return told


@pytest.fixture(scope="module")
def paths(lab: Demo) -> dict[str, tuple[str, str]]:
    """New pages and who looks: with something to see on each."""
    start = morning()
    mine = booked(lab, "meeting-room", start=start)
    lab.call("PATCH", f"bookings/{mine['id']}", {"ends_at": (start + timedelta(hours=2)).isoformat()})
    for user in ("maker", "novice"):
        booked(lab, "operator", start=start, hours=2, user=user)
    late = f"starts_at={start:%Y-%m-%dT}22:00&ends_at={start:%Y-%m-%dT}23:00"
    return {
        "booking": ("maker", f"/bookings/{mine['id']}/"),
        "change": ("maker", f"/bookings/{mine['id']}/change/"),
        "find": ("maker", "/find/"),
        "found": ("novice", "/find/?kind=machine&minutes=60&part=afternoon"),
        "objections": ("maker", f"/book/?resource=laser-1&resource=printer-1&{late}"),
        "override": ("manager", f"/book/?resource=laser-1&{late}"),
        "requests": ("manager", "/manage/requests/"),
        "label": ("manager", "/resources/laser-1/label/"),
    }


PAGES = ["booking", "change", "find", "found", "objections", "override", "requests", "label"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody_and_every_screen(people: People, paths: dict[str, Any], name: str) -> None:
    who, path = paths[name]
    with people.look(who, **AS_EYES) as context:
        page = ready(context.new_page(), path)
        for folded in page.locator("details.more > summary").all():
            folded.click()

        assert troubles(page) == []
        assert page.title().endswith("· Établi")


def test_a_wish_is_judged_while_it_is_typed_and_another_time_is_one_press_away(people: People) -> None:
    start = morning()
    with people.look("maker", viewport=WIDE) as context:
        page = ready(context.new_page(), f"/book/?resource=laser-1&starts_at={start:%Y-%m-%dT%H:%M}")
        expect(page.get_by_text("Libre, et dans les règles")).to_be_visible()

        page.get_by_label("Fin").fill(f"{start:%Y-%m-%dT}21:00")
        expect(page.get_by_text("L’espace est fermé à cette heure-là")).to_be_visible()
        page.get_by_label("Début").fill(f"{start:%Y-%m-%dT}20:00")
        page.locator("#verdict").get_by_role("link").first.click()
        page.get_by_role("button", name="Réserver").click()
        page.wait_for_url("**/me/")

        expect(page.locator(".toast")).to_contain_text("Réservé")


def test_a_request_is_asked_for_and_decided_with_its_rival(people: People, lab: Demo) -> None:
    start = morning(14)
    rival = booked(lab, "operator", start=start, hours=2, user="novice")
    with people.look("maker", viewport=WIDE) as context:
        page = ready(
            context.new_page(),
            f"/book/?resource=operator&starts_at={start:%Y-%m-%dT%H:%M}&ends_at={start:%Y-%m-%dT}16:00",
        )
        expect(page.locator("#verdict .notice.tone-reserved")).to_contain_text("1 ")
        expect(page.get_by_role("button", name="Réserver")).to_have_count(0)
        page.get_by_role("button", name="Demander").click()
        page.wait_for_url("**/me/")
        expect(page.locator(".toast")).to_contain_text("Demandé")

    mine = lab.call("GET", "bookings?mine=true&state=requested&limit=500")[1]["items"][-1]
    with people.look("manager", viewport=WIDE) as context:
        page = ready(context.new_page(), "/dashboard/")
        page.get_by_role("link", name="à décider").click()
        card = page.locator("article", has=page.locator(f'form[action*="/{mine["id"]}/approve/"]'))
        card.get_by_label("et refuser celles").check()
        card.get_by_role("button", name="Accepter").click()
        expect(page.locator(".toast")).to_contain_text("1 autre demande refusée.")

    states = [lab.call("GET", f"bookings/{one['id']}", user="manager")[1]["state"] for one in (mine, rival)]
    assert states == ["booked", "declined"]


def test_a_found_time_is_booked_with_one_press_and_undone_with_another(people: People) -> None:
    start = morning()
    with people.look("maker", viewport={"width": 360, "height": 740}) as context:
        page = ready(context.new_page(), "/find/")
        page.get_by_label("Il me faut").select_option("room")
        page.locator('input[name="day"]').fill(f"{start:%Y-%m-%d}")
        page.get_by_label("Vers").fill("15:00")
        page.get_by_role("button", name="Chercher").click()
        page.get_by_role("button", name="Réserver").first.click()
        page.wait_for_url("**/me/")
        expect(page.locator(".toast")).to_contain_text("15\u00a0h\u00a0–\u2060\u00a016\u00a0h")

        page.locator(".toast").get_by_role("button", name="Défaire").click()
        expect(page.locator(".toast")).to_contain_text("Annulé")


def lane(page: Page, slug: str = "meeting-room") -> Locator:
    return page.locator(f'.lane[data-resource="{slug}"]')


def when(lab: Demo, made: dict[str, Any]) -> tuple[str, str, str]:
    told = lab.call("GET", f"bookings/{made['id']}")[1]
    return told["resources"][0], told["starts_at"][11:16], told["ends_at"][11:16]


def pull(page: Page, bar: Locator, *, by: float, at: float = 0.5) -> None:
    """Drag a bar by so many hours, taken at a part of its width."""
    # While the planning is drawn anew there is no bar for a moment.
    box, hour = eventually(bar.bounding_box), lane(page).bounding_box()["width"] / 12
    x, y = box["x"] + box["width"] * at, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by * hour, y, steps=6)
    page.mouse.up()


def test_ones_own_booking_is_dragged_resized_and_put_back(people: People, lab: Demo) -> None:
    made = booked(lab, "meeting-room", start=morning(), hours=2)
    with people.look("maker", viewport=WIDE) as context:
        page = ready(context.new_page(), f"/planning/?day={made['starts_at'][:10]}&zone=carrefour")
        bar = lane(page).locator(".bar.mine")
        pull(page, bar, by=3)
        expect(page.locator(".toast").last).to_contain_text("Modifié")
        assert when(lab, made) == ("meeting-room", "13:00", "15:00")

        pull(page, bar, by=1, at=0.99)
        expect(page.locator(".toast").last).to_contain_text("16\u00a0h")
        assert when(lab, made) == ("meeting-room", "13:00", "16:00")

        page.locator(".toast").last.get_by_role("button", name="Défaire").click()
        expect(page.locator(".toast")).to_contain_text("Comme avant")
        assert when(lab, made) == ("meeting-room", "13:00", "15:00")

        bar.click()
        page.wait_for_url(f"**/bookings/{made['id']}/")


def test_a_drag_onto_somebody_elses_time_changes_nothing(people: People, lab: Demo) -> None:
    made = booked(lab, "meeting-room", start=morning(), hours=1)
    start = datetime.fromisoformat(made["starts_at"])
    booked(lab, "meeting-room", start=start + timedelta(hours=3), user="manager")
    with people.look("maker", viewport=WIDE) as context:
        page = ready(context.new_page(), f"/planning/?day={start.date()}&zone=carrefour")
        pull(page, lane(page).locator(".bar.mine"), by=3)

        expect(page.locator(".planning-says")).to_contain_text("n’est pas libre")
        expect(lane(page).locator(".bar.wish")).to_have_count(0)
        assert when(lab, made)[1:] == ("10:00", "11:00")


def test_the_keyboard_moves_what_is_ones_own(people: People, lab: Demo) -> None:
    made = booked(lab, "meeting-room", start=morning(), hours=1)
    with people.look("maker", viewport=WIDE) as context:
        page = ready(context.new_page(), f"/planning/?day={made['starts_at'][:10]}&zone=carrefour")
        page.locator('.lane[tabindex="0"]').focus()
        page.keyboard.press("m")
        expect(page.locator(".planning-says")).to_contain_text("Rien à vous")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("m")
        expect(page.locator(".planning-says")).to_contain_text("À vous")
        for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight"):
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        expect(page.locator(".toast")).to_contain_text("Modifié")

        assert when(lab, made)[1:] == ("10:30", "11:45")
        expect(lane(page)).to_be_focused()
        page.keyboard.press("m")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        expect(lane(page).locator(".bar.wish")).to_have_count(0)
        assert when(lab, made)[1:] == ("10:30", "11:45")


def test_a_booking_is_changed_from_its_page_without_script(people: People, lab: Demo) -> None:
    made = booked(lab, "meeting-room", start=morning(), hours=1)
    with people.look("maker", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"/bookings/{made['id']}/")
        page.get_by_role("link", name="Déplacer ou modifier").click()
        page.get_by_text("Ajouter une ressource").click()
        page.get_by_label("Une autre ressource").select_option("desk")
        page.get_by_role("button", name="Ajouter").click()
        page.get_by_label("Fin").fill(made["starts_at"][:11] + "12:00")
        page.get_by_role("button", name="Enregistrer").click()

        expect(page.get_by_role("heading", level=1)).to_contain_text("Bureaux partagés")
        assert lab.call("GET", f"bookings/{made['id']}")[1]["units"] == ["desk/1", "meeting-room/1"]

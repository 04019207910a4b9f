"""A manager settles a rule and the next maker meets it; everything by keyboard or without a script too."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.demo import Demo
from tests.e2e.test_journey import FLAGS, PARIS, sign_in

pytestmark = [
    pytest.mark.server("mosquitto"),
    pytest.mark.server("chromium"),
    pytest.mark.xdist_group("demo"),
]
SOLDERING = "/manage/rules/resources/solder-1/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield chromium
        chromium.close()


def look(browser: Browser, lab: Demo, who: str, **how) -> tuple[BrowserContext, Page]:
    context = browser.new_context(locale="fr-FR", base_url=lab.base_url, **how)
    page = context.new_page()
    sign_in(page, lab, who)
    return context, page


def wish(page: Page, start: datetime) -> None:
    """An hour at the soldering station."""
    until = start + timedelta(hours=1)
    page.goto(f"/book/?resource=solder-1&starts_at={start:%Y-%m-%dT%H:%M}&ends_at={until:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Réserver", exact=True).click()


@pytest.mark.parametrize("script", [True, False])
def test_a_rule_that_a_manager_sets_is_told_to_the_next_maker(
    browser: Browser, lab: Demo, script: bool
) -> None:
    start = datetime.now(PARIS).replace(hour=4, minute=0) + timedelta(days=70 + script)
    manager, rules = look(browser, lab, "manager", java_script_enabled=script)
    maker, form = look(browser, lab, "maker")
    rules.goto(SOLDERING)
    rules.get_by_label("Au plus", exact=True).fill("30 min")
    rules.get_by_role("button", name="Enregistrer").click()
    expect(rules.locator(".toast")).to_contain_text("hérité → 30 min")

    wish(form, start)
    expect(form.get_by_text("Réservez au plus 30 min.").first).to_be_visible()
    form.goto("/resources/solder-1/")
    expect(form.locator(".rule-words")).to_contain_text("De 15 min à 30 min")

    rules.get_by_role("button", name="Défaire").first.click()  # beside the last change; the message is gone
    expect(rules.locator(".toast")).to_contain_text("Repris")
    wish(form, start)
    form.wait_for_url("**/me/")
    manager.close()
    maker.close()


def test_a_wrong_rule_is_found_by_keyboard_and_nothing_is_lost(browser: Browser, lab: Demo) -> None:
    manager, page = look(browser, lab, "manager")
    page.goto("/manage/rules/kinds/bench/")
    page.get_by_label("Au moins").fill("3 h")
    page.get_by_label("Au plus").fill("bientôt")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Rien n’est encore enregistré")
    assert page.evaluate("document.activeElement.id") == "id_max_minutes"
    assert page.evaluate("document.activeElement.value") == "bientôt"
    expect(page.get_by_label("Au moins")).to_have_value("3 h")
    manager.close()


def test_an_address_is_proposed_while_one_types_and_choosing_a_place_shows_its_holidays(
    browser: Browser, lab: Demo
) -> None:
    manager, page = look(browser, lab, "manager")
    page.goto("/manage/rules/resources/new/")
    page.get_by_label("Nom", exact=True).press_sequentially("Découpeuse à fil")
    expect(page.get_by_label("Adresse courte")).to_have_value("decoupeuse-a-fil")

    page.goto("/manage/hours/fablab/")
    expect(page.get_by_text("Aucun jour férié ne ferme cet espace.")).to_be_visible()
    page.get_by_label("Fermé les jours fériés de").select_option("FR-57")
    expect(page.locator("#holidays-next li")).to_have_count(5)
    expect(page.locator("#holidays-next")).to_contain_text("Vendredi")
    manager.close()


def test_a_novice_takes_a_seat_and_a_manager_certifies_who_came(browser: Browser, lab: Demo) -> None:
    novice, page = look(
        browser, lab, "novice", java_script_enabled=False, viewport={"width": 360, "height": 780}
    )
    page.goto("/resources/laser-2/")
    page.get_by_role("button", name="Prendre une place").first.click()
    expect(page.get_by_text("Vous avez une place").first).to_be_visible()
    expect(page).to_have_url(f"{lab.base_url}/resources/laser-2/")

    manager, desk = look(browser, lab, "manager")
    desk.goto("/manage/certifications/laser/")
    desk.locator("section", has=desk.get_by_role("heading", name="Formations")).get_by_role("link").nth(
        1
    ).click()
    expect(desk.get_by_role("link", name="Noé Petit")).to_be_visible()
    desk.get_by_role("checkbox", name="Léa Morand").uncheck()
    desk.get_by_role("checkbox", name="Karim Haddad").uncheck()
    desk.get_by_role("button", name="Donner l’habilitation").click()
    expect(desk.locator(".toast")).to_contain_text("1 membre détient maintenant")

    page.goto("/resources/laser-2/")
    expect(page.get_by_role("link", name="Réserver").first).to_be_visible()
    desk.get_by_role("button", name="Révoquer Noé Petit").click()
    page.goto("/certifications/laser/")
    page.get_by_role("button", name="Rendre ma place").click()
    manager.close()
    novice.close()


def test_a_maker_who_opens_a_managers_page_reads_whom_it_is_for(browser: Browser, lab: Demo) -> None:
    maker, page = look(browser, lab, "maker")
    answer = page.goto("/manage/rules/")

    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", name="Cette page est pour les responsables")).to_be_visible()
    maker.close()

"""Who looks at a page, and is it for everybody? On phone and desk, in wide text, axe by day and by night."""

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.demo import Demo
from tests.e2e.test_journey import sign_in

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 720}
# How the eyes below open a page: what moves by itself would be met half-way.
AS_EYES: dict[str, Any] = {"viewport": PHONE, "color_scheme": "light", "reduced_motion": "reduce"}
WIDTH = "document.documentElement.scrollWidth"
RELAX = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important;' +
    'word-spacing: .16em !important }');
  document.adoptedStyleSheets.push(sheet);
}"""
UNRELAX = "() => { document.adoptedStyleSheets.pop(); }"
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


class People:
    """Contexts of somebody who is signed in once and then looks in many ways."""

    def __init__(self, browser: Browser, lab: Demo, folder: Path) -> None:
        self.browser, self.lab, self.folder = browser, lab, folder

    def look(self, who: str, **how) -> BrowserContext:
        kept = self.folder / f"{who}.json"
        if who and not kept.exists():
            with self.browser.new_context(locale="fr-FR") as context:
                sign_in(context.new_page(), self.lab, who)
                context.storage_state(path=kept)
        return self.browser.new_context(
            locale="fr-FR", base_url=self.lab.base_url, storage_state=kept if who else None, **how
        )


def ready(page: Page, path: str) -> Page:
    page.goto(path)
    page.wait_for_load_state("load")
    return page


def troubles(page: Page) -> list[Any]:
    """What is wrong with a page that was opened `AS_EYES`: too wide for a phone, or found by axe."""
    wide = [("wider than a phone", page.evaluate(WIDTH))]
    page.evaluate(RELAX)
    wide.append(("wider than a phone, with relaxed text", page.evaluate(WIDTH)))
    page.evaluate(UNRELAX)

    page.evaluate(AXE_SCRIPT)
    page.set_viewport_size(DESK)
    by_day = _axe(page)
    page.emulate_media(color_scheme="dark")
    page.evaluate(DRAWN)
    by_night = _axe(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    return [each for each in wide if each[1] > PHONE["width"]] + by_day + by_night


def _axe(page: Page, **options: Any) -> list[tuple[str, list[str]]]:
    """What axe finds wrong; of the rest it would describe every node, which takes longer than the finding."""
    found = page.evaluate("(how) => axe.run(how)", options | {"resultTypes": ["violations"]})
    return [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found["violations"]]

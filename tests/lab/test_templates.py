"""What every template keeps: nothing that the content-security policy would stop, every name known."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path for app in ("lab", "devices", "booking") for path in (ROOT / app).glob("templates/**/*.html")
)
PAGES = [path.relative_to(ROOT) for path in TEMPLATES if "mail" not in path.parts]  # letters have no policy
NAMES = [str(path.relative_to(ROOT)) for path in TEMPLATES]
FORBIDDEN = {
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\bsrc=)",
    "a handler attribute": r"<[^>]+\son[a-z]+\s*=",
    "a script address": r"javascript:",
    "another site": r"(?:src|href)=\"https?://",
    "an evaluated htmx attribute": r"hx-(?:on|vals='js)",
}


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_a_page_holds_nothing_that_the_policy_would_stop(path: Path):
    text = re.sub(r"{%.*?%}|{{.*?}}", "", (ROOT / path).read_text())

    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_template_compiles_and_names_only_static_files_that_exist(path: Path):
    get_template(str(path.relative_to(next(p for p in path.parents if p.name == "templates"))))

    named = re.findall(r"{% static '((?!vendor/)[^']+)' %}", path.read_text())
    assert [name for name in named if finders.find(name) is None] == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set(re.findall(r'symbol id="([^"]+)"', Path(str(finders.find("lab/icons.svg"))).read_text()))
    named = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}

    assert named - sprite == set()


def test_styles_use_tokens_for_colours_and_stay_in_their_layers():
    sheets = sorted((ROOT / "lab/static/lab/css").glob("**/*.css"))
    loose = {
        sheet.name: re.findall(r"(?<![\w-])#[0-9a-f]{3,8}\b", sheet.read_text())
        for sheet in sheets
        if sheet.name not in {"tokens.css", "adapt.css", "notices.css"}
    }

    assert {name: found for name, found in loose.items() if found} == {}
    assert [sheet.name for sheet in sheets if "@layer" not in sheet.read_text()] == []
    assert [sheet.name for sheet in sheets if len(sheet.read_text().splitlines()) > 400] == []

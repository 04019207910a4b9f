"""Opening hours on their page: the week, holidays, special days, and ways back."""

from datetime import date, time

import pytest

from lab.models import SpecialDay, Zone
from tests import factories
from tests.lab.views.conftest import sign_in, undo, words

pytestmark = pytest.mark.django_db
FABLAB = "/manage/hours/fablab/"
WEEK = {"d0-0-opens": "09:00", "d0-0-closes": "12:00", "d0-1-opens": "13:00", "d0-1-closes": "20:00"}
EVENING = {"d4-0-opens": "18:00", "d4-0-closes": "02:00"}


def kept(zone: Zone) -> list[tuple[int, time, time]]:
    return list(zone.hours.values_list("weekday", "opens", "closes"))


@pytest.fixture
def zone(db: None) -> Zone:
    return factories.zone("fablab", hours=(9, 20))


def test_several_openings_a_day_and_past_midnight_are_kept_and_told(charlie, zone):
    answer = sign_in(charlie).post(FABLAB, WEEK | EVENING | {"holidays": "FR-57"}, follow=True)
    zone.refresh_from_db()

    assert kept(zone) == [(0, time(9), time(12)), (0, time(13), time(20)), (4, time(18), time(2))]
    assert zone.holidays == "FR-57"
    assert words(answer) == [
        (
            "Closed on the public holidays of: – → FR-57 · Opening hours: Monday to Saturday 09:00 – 20:00 →"
            " Monday 09:00 – 12:00, 13:00 – 20:00; Friday 18:00 – 02:00 the next day."
        )
    ]


def test_undo_brings_the_old_week_back(charlie, zone):
    manager = sign_in(charlie)
    page = manager.post(FABLAB, WEEK, follow=True).content.decode()
    undo(manager, page)

    assert kept(zone) == [(day, time(9), time(20)) for day in range(6)]


def test_a_wrong_hour_keeps_the_week_and_everything_typed(charlie, zone):
    answer = sign_in(charlie).post(
        FABLAB, WEEK | {"d1-0-opens": "11:00", "d5-0-opens": "10:00", "d5-0-closes": "16:00"}
    )
    page = answer.content.decode()

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["d1-0-closes"])
    assert all(f'value="{at}"' in page for at in ("13:00", "11:00", "16:00"))
    assert len(kept(zone)) == 6


def test_monday_is_copied_without_being_kept_yet(charlie, zone):
    answer = sign_in(charlie).post(FABLAB, WEEK | {"copy": "1"})
    form = answer.context["form"]

    assert [form[f"d4-1-{end}"].value() for end in ("opens", "closes")] == ["13:00", "20:00"]
    assert len(kept(zone)) == 6


def test_the_next_five_holidays_are_shown_also_before_they_are_kept(charlie, zone):
    manager = sign_in(charlie)

    shown = manager.get(FABLAB + "?holidays=FR").context["holidays"]

    assert shown[:2] == [(date(2026, 5, 8), "Victory Day"), (date(2026, 5, 14), "Ascension Day")]
    assert len(shown) == 5
    assert manager.get(FABLAB + "?holidays=").context["holidays"] == []
    assert manager.get(FABLAB).context["holidays"] == []


def test_a_special_day_comes_and_goes(charlie, zone):
    manager = sign_in(charlie)
    manager.post(
        f"{FABLAB}days/", {"day": "2026-12-24", "opens": "10:00", "closes": "16:00", "reason": "Noël"}
    )
    day = SpecialDay.objects.get()
    assert (day.zone, day.day, day.opens, day.closes, day.reason) == (
        zone, date(2026, 12, 24), time(10), time(16), "Noël",
    )  # fmt: skip

    page = manager.post(f"{FABLAB}days/{day.pk}/delete/", follow=True).content.decode()
    assert not SpecialDay.objects.exists()
    undo(manager, page)
    assert SpecialDay.objects.get().reason == "Noël"


def test_a_wrong_special_day_is_told_in_place(charlie, zone):
    answer = sign_in(charlie).post(
        f"{FABLAB}days/", {"day": "2026-12-24", "opens": "10:00", "reason": "Noël"}
    )

    assert (answer.status_code, list(answer.context["special_form"].errors)) == (422, ["closes"])
    assert 'value="Noël"' in answer.content.decode()
    assert len(kept(zone)) == 6


def test_the_list_tells_every_space_in_words(charlie, zone):
    factories.zone("studio")
    page = (
        sign_in(charlie).get("/manage/hours/").content.decode().replace("\u00a0", " ").replace("\u2060", "")
    )

    assert "Monday to Saturday" in page
    assert "09:00 – 20:00" in page
    assert "Always open" in page

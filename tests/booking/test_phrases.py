"""Every code has its sentence, in both languages, made from nothing but its data."""

import pytest
from django.utils import translation

from booking import phrases
from booking.refusal_words import BAD_SPANS, LATE
from booking.rules.taps import Reason
from booking.rules.wishes import Code, Objection

DATA = {
    Code.TAKEN: [{"units_free": 0}, {"units_free": 1, "units": 1}, {"units_free": 8, "units": 8}],
    Code.CLOSED: [{"opens": "2026-05-05T07:00:00+00:00"}, {"opens": None}],
    Code.NOT_CERTIFIED: [
        {"certification": "laser"},
        {"certification": "laser", "certification_name": "Laser"},
        {"certification": "laser", "next_training": "2026-05-07T12:00:00+00:00"},
        {"certification": "laser", "expires": "2026-05-05T07:00:00+00:00"},
    ],
    Code.TOO_SHORT: [{"min_minutes": 30}],
    Code.TOO_LONG: [{"max_minutes": 150}],
    Code.TOO_SOON: [{"notice_minutes": 120}],
    Code.TOO_FAR: [{"horizon_days": 400}],
    Code.QUOTA: [
        {"measure": "minutes", "period": "day", "most": 120, "used": 45},
        {"measure": "count", "period": "rolling", "days": 10, "most": 1, "used": 0, "programme": "residency"},
    ],
    Code.TOO_MANY_WAITS: [{"most": 5}],
    Code.NOT_ELIGIBLE: [{"role": "manager"}, {"programmes": ["residency"]}],
    Code.INTERFERENCE: [{"also": "uhf-band"}],
    Code.NEEDS_KIT: [{"also": "suits"}],
    Code.NEEDS_APPROVAL: [{"competing": 0}, {"competing": 2}, {"competing": 0, "points": 3.5}],
    Code.BAD_SPAN: [
        {},
        *({"why": why, "length": 600, "window": 120, "days": 62} for why in BAD_SPANS),
        {"grid_minutes": 30, "nearest": "2026-05-05T07:00:00+00:00"},
    ],
    Code.BAD_REPEAT: [
        {"why": "unreadable", "part": "BYDAY"},
        {"why": "unsupported", "part": "FREQ=HOURLY"},
        {"why": "endless"},
        {"why": "too_many", "most": 366},
        {"why": "too_far", "years": 2},
        {"why": "never"},
        {"why": "other_days"},
        {"why": "no_such_occurrence", "occurrence": "2026-05-05T14:00:00+02:00"},
        {"why": "all_skipped"},
    ],
    Code.TOO_LATE_TO_CANCEL: [
        {},
        {"until": "2026-05-05T07:00:00+00:00"},
        *({"why": why, "from": "2026-05-05T07:00:00+00:00"} for why in LATE),
    ],
    Code.SUSPENDED: [{}, {"member_until": "2026-05-05T21:59:59+00:00"}],
}
OBJECTIONS = [Objection(code, data) for code in Code for data in DATA.get(code, [{}])]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("objection", OBJECTIONS, ids=lambda o: f"{o.code}-{len(o.data)}")
def test_every_objection_is_a_title_and_a_sentence(objection, language):
    with translation.override(language):
        title, detail = phrases.title(objection), phrases.detail(objection)

    assert title
    assert not title.endswith(".")
    assert detail.endswith(".")
    assert not set("%{}") & set(title + detail)


def test_too_late_has_a_title_of_its_own_for_every_state():
    with translation.override("en"):
        said = {phrases.title(Objection(Code.TOO_LATE_TO_CANCEL, {"why": why})) for why in LATE}

    assert len(said) == len(LATE)
    assert "Too late to cancel" not in said


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_fits_a_readers_display(reason, language):
    with translation.override(language):
        assert 0 < len(phrases.reader_text(reason)) <= 40


@pytest.mark.parametrize(
    ("code", "data", "sentence"),
    [
        (Code.TAKEN, {}, "Somebody has this time already; choose another one."),
        (Code.TOO_LONG, {"max_minutes": 150}, "Book at most 2 h 30."),
        (Code.TOO_LONG, {"max_minutes": 366 * 24 * 60}, "Book at most 366 days."),
        (Code.TOO_SHORT, {"min_minutes": 60}, "Book at least 1 h."),
        (Code.TOO_SOON, {"notice_minutes": 45}, "Book at least 45 min ahead."),
        (
            Code.QUOTA,
            {"measure": "minutes", "period": "day", "most": 120, "used": 65},
            "You may book 2 h a day here. 1 h 05 of it are booked already. Choose another day, or less time.",
        ),
    ],
)
def test_lengths_are_told_as_people_say_them(code, data, sentence):
    with translation.override("en"):
        assert phrases.detail(Objection(code, data)).replace("\u00a0", " ") == sentence


def test_a_moment_is_told_in_the_labs_zone():
    with translation.override("en"):
        said = phrases.detail(Objection(Code.CLOSED, {"opens": "2026-05-05T07:00:00+00:00"}))

    assert "9" in said
    assert "7" not in said

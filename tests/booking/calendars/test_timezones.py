"""The clocks in a calendar are those of the zone, to the second, on every day for years."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Timezone

from booking.calendars.timezones import timezone_lines

ZONES = (
    "Europe/Paris", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "Asia/Tokyo",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago", "Africa/Casablanca",
    "Africa/Cairo", "Indian/Reunion",
)  # fmt: skip
YEAR = 2026


def read_back(zone: str, year: int = YEAR):
    """The rules of a calendar as a program makes clocks of them, whatever it knows of the zone by name."""
    text = "\r\n".join(timezone_lines(ZoneInfo(zone), year)) + "\r\n"
    return Timezone.from_ical(text).to_tz(lookup_tzid=False)


READ = {zone: read_back(zone) for zone in ZONES}
FIRST = datetime(YEAR, 1, 1)


@given(
    st.sampled_from(ZONES),
    st.datetimes(FIRST, datetime(YEAR + 6, 12, 31)),
)
@example("Europe/Paris", datetime(2026, 3, 29, 1, 59, 59))
@example("Europe/Paris", datetime(2026, 3, 29, 3, 0))
@example("Europe/Paris", datetime(2026, 10, 25, 1, 59, 59))
@example("Europe/Paris", datetime(2026, 10, 25, 3, 0))
@example("Australia/Lord_Howe", datetime(2026, 4, 5, 3, 0))
def test_a_wall_clock_means_the_same_moment(zone, wall):
    there = wall.replace(tzinfo=ZoneInfo(zone))
    if there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) != wall:
        return  # no clock ever shows it
    if there.utcoffset() != there.replace(fold=1).utcoffset():
        return  # shown twice: a calendar says such a time in UTC where it matters

    assert wall.replace(tzinfo=READ[zone]).utcoffset() == there.utcoffset()


def test_paris_changes_by_the_rule_that_everybody_knows():
    assert timezone_lines(ZoneInfo("Europe/Paris"), 2026) == (
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:DAYLIGHT",
        "DTSTART:20240331T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20241027T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "END:STANDARD",
        "END:VTIMEZONE",
    )


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Indian/Reunion"])
def test_a_zone_that_never_changes_says_so_once(zone):
    lines = timezone_lines(ZoneInfo(zone), 2026)

    assert [line for line in lines if line.startswith("BEGIN")] == ["BEGIN:VTIMEZONE", "BEGIN:STANDARD"]


def test_a_zone_whose_rule_is_no_rule_lists_its_days():
    lines = timezone_lines(ZoneInfo("Africa/Casablanca"), 2026)

    assert not any(line.startswith("RRULE") for line in lines)
    assert sum(line.startswith("RDATE") for line in lines) > 20


def test_each_change_begins_where_the_clock_stood_before_it():
    zone, rules = ZoneInfo("Europe/Paris"), READ["Europe/Paris"]
    for change in (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)):
        for moment in (change - timedelta(seconds=1), change):
            assert (
                rules.fromutc(moment.replace(tzinfo=rules)).utcoffset() == moment.astimezone(zone).utcoffset()
            )

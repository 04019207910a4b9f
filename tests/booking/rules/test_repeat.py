"""Rules as RFC 5545 writes them: read, refused with a word, and written again."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.repeat import BadRepeat, Repeat, parse

PARIS = ZoneInfo("Europe/Paris")


def why(text: str) -> tuple[str, object]:
    with pytest.raises(BadRepeat) as caught:
        parse(text, PARIS)
    return caught.value.why, caught.value.data.get("part")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=WEEKLY;COUNT=10", Repeat("WEEKLY", count=10)),
        ("RRULE:FREQ=WEEKLY;COUNT=10", Repeat("WEEKLY", count=10)),
        (" rrule:freq=weekly;count=10; ", Repeat("WEEKLY", count=10)),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,MO,MO;WKST=SU;COUNT=3",
            Repeat("WEEKLY", interval=2, count=3, weekdays=((0, 0), (0, 3)), week_start=6),
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR,+2TU;BYSETPOS=1,-1;COUNT=3",
            Repeat("MONTHLY", count=3, weekdays=((-1, 4), (2, 1)), positions=(-1, 1)),
        ),
        (
            "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=15,-1;COUNT=2",
            Repeat("YEARLY", count=2, months=(9,), monthdays=(-1, 15)),
        ),
        (
            "FREQ=DAILY;UNTIL=20261231T130000Z",
            Repeat("DAILY", until=datetime(2026, 12, 31, 13, tzinfo=UTC)),
        ),
        (
            "FREQ=DAILY;UNTIL=20260731T130000",  # no zone: the lab's wall clock
            Repeat("DAILY", until=datetime(2026, 7, 31, 11, tzinfo=UTC)),
        ),
        (
            "FREQ=DAILY;UNTIL=20261025",  # the whole of a day of 25 hours
            Repeat("DAILY", until=datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
        ),
        (
            "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20261225,20261224\nEXDATE:20261226T230000Z\n",
            Repeat(
                "DAILY",
                count=3,
                left_out=(date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 27)),
            ),
        ),
    ],
)
def test_a_rule_is_read(text, rule):
    assert parse(text, PARIS) == rule


@pytest.mark.parametrize(
    ("text", "reason", "part"),
    [
        ("", "unreadable", ""),
        ("every Monday", "unreadable", "EVERY MONDAY"),
        ("FREQ", "unsupported", "FREQ="),
        ("COUNT=3", "unreadable", "COUNT=3"),
        ("FREQ=SECONDLY;COUNT=3", "unsupported", "FREQ=SECONDLY"),
        ("FREQ=MINUTELY;COUNT=3", "unsupported", "FREQ=MINUTELY"),
        ("FREQ=HOURLY;COUNT=3", "unsupported", "FREQ=HOURLY"),
        ("FREQ=DAILY;BYHOUR=9,10;COUNT=3", "unsupported", "BYHOUR"),
        ("FREQ=DAILY;COUNT=3\nRDATE:20261231T100000", "unsupported", "RDATE"),
        ("DTSTART:20261231T100000\nRRULE:FREQ=DAILY;COUNT=3", "unreadable", "DTSTART:20261231T100"),
        ("FREQ=DAILY;COUNT=3;COUNT=4", "unreadable", "FREQ=DAILY;COUNT=3;C"),
        ("FREQ=DAILY;COUNT=0", "unreadable", "COUNT"),
        ("FREQ=DAILY;COUNT=-1", "unreadable", "COUNT"),
        ("FREQ=DAILY;COUNT=" + "9" * 30, "unreadable", "COUNT"),
        ("FREQ=DAILY;COUNT=٣", "unreadable", "COUNT"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", "unreadable", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=99999;COUNT=3", "unreadable", "INTERVAL"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231", "unreadable", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20261331", "unreadable", "20261331"),
        ("FREQ=DAILY;UNTIL=00010101T000000", "unreadable", "00010101T000000"),
        ("FREQ=DAILY;UNTIL=tomorrow", "unreadable", "TOMORROW"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "unreadable", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=1MO;COUNT=3", "unreadable", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=0MO;COUNT=3", "unreadable", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=6MO;COUNT=3", "unreadable", "BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1;COUNT=3", "unreadable", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=3", "unreadable", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "unreadable", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYSETPOS=1;COUNT=3", "unreadable", "BYSETPOS"),
        ("FREQ=YEARLY;BYMONTH=-1;COUNT=3", "unreadable", "BYMONTH"),
        ("FREQ=WEEKLY;WKST=1;COUNT=3", "unreadable", "WKST"),
        ("FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["1"] * 65) + ";COUNT=3", "unreadable", "BYMONTHDAY"),
        ("FREQ=DAILY;COUNT=3;" * 1000, "unreadable", "FREQ=DAILY;COUNT=3;F"),
        ("FREQ=DAILY", "endless", None),
        ("FREQ=DAILY;COUNT=367", "too_many", None),
        ("FREQ=DAILY;COUNT=10000", "too_many", None),
    ],
)
def test_a_rule_that_is_not_kept_says_why(text, reason, part):
    assert why(text) == (reason, part)


rules = st.builds(
    Repeat,
    freq=st.sampled_from(["MONTHLY", "YEARLY"]),
    interval=st.integers(1, 1000),
    count=st.integers(1, 366),
    weekdays=st.sets(st.tuples(st.integers(-5, 5), st.integers(0, 6)), min_size=1).map(sorted).map(tuple),
    monthdays=st.sets(st.integers(1, 31) | st.integers(-31, -1)).map(sorted).map(tuple),
    months=st.sets(st.integers(1, 12)).map(sorted).map(tuple),
    positions=st.sets(st.integers(1, 366) | st.integers(-366, -1), max_size=9).map(sorted).map(tuple),
    week_start=st.integers(0, 6),
    left_out=st.sets(st.dates(date(1970, 1, 1), date(2200, 1, 1)), max_size=30).map(sorted).map(tuple),
)


@given(rules)
def test_a_rule_written_down_reads_the_same(rule):
    assert parse(str(rule), PARIS) == rule


def test_an_end_is_written_in_utc():
    rule = parse("FREQ=DAILY;UNTIL=20260731T130000", PARIS)

    assert str(rule) == "FREQ=DAILY;UNTIL=20260731T110000Z"
    assert parse(str(rule), PARIS) == rule


@given(st.text(max_size=60) | st.text("FREQ=DAILYCOUNT;:,+-0123456789\nMOTUZ", max_size=60))
def test_noise_is_a_rule_or_a_refusal(text):
    words = {"unreadable", "unsupported", "endless", "too_many"}

    assert reason_against(text) in words | {None}


def reason_against(text: str) -> str | None:
    try:
        parse(text, PARIS)
    except BadRepeat as bad:
        return bad.why
    return None

"""`book_series()`: every occurrence or none, each judged as if those before it were booked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from booking.actions.book import Override
from booking.actions.series import Elsewhere, book_series, preview
from booking.models import Booking, Change, Claim, Notice, Series
from booking.refusals import Refused, SeriesRefused
from booking.rules.wishes import Code
from lab.spans import Span
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
WEEKLY = "FREQ=WEEKLY;COUNT=3"


@pytest.fixture
def alice():
    return factories.member("alice")


def book(who, *resources, rule=WEEKLY, when=None, **more) -> Series:
    wish = {"member": who, "by": who, "resources": resources, "span": when or span(14, 16), "now": NOW}
    return book_series(**wish | {"rule": rule} | more)


def look(who, *resources, rule=WEEKLY, when=None, **more):
    wish = {"member": who, "by": who, "resources": resources, "span": when or span(14, 16), "now": NOW}
    return preview(**wish | {"rule": rule} | more)


def refusal(who, *resources, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        book(who, *resources, **more)
    return caught.value


def codes(objections) -> list[Code]:
    return [objection.code for objection in objections]


def spans(series: Series) -> list[Span]:
    return [booking.span for booking in series.bookings.all()]


def units(booking: Booking) -> list[str]:
    return [str(claim.unit) for claim in booking.claims.order_by("unit")]


def test_every_occurrence_is_a_booking_of_the_series(alice):
    laser = factories.resource(setup_minutes=15, cleanup_minutes=30)

    series = book(alice, laser, purpose="Cours")

    assert (series.member, series.rule, series.starts_at, series.ends_at) == (
        alice, WEEKLY, at(14), at(16),
    )  # fmt: skip
    assert spans(series) == [span(14, 16, day=day) for day in (0, 7, 14)]
    assert {(b.member, b.booked_by, b.purpose, b.state) for b in series.bookings.all()} == {
        (alice, alice, "Cours", "booked")
    }
    assert [b.occurs_at for b in series.bookings.all()] == [at(14, day=day) for day in (0, 7, 14)]
    claims = Claim.objects.filter(standing=True).order_by("blocked_from")
    assert [(c.blocked_from, c.blocked_until) for c in claims] == [
        (at(13.75, day=day), at(16.5, day=day)) for day in (0, 7, 14)
    ]


def test_the_member_is_told_once_about_all_of_it(alice):
    series = book(alice, factories.resource())

    (notice,) = Notice.objects.all()
    assert (notice.member, notice.kind, notice.booking) == (alice, "booked", series.bookings.first())
    assert {name: notice.data[name] for name in ("series", "bookings", "last_starts_at")} == {
        "series": series.pk,
        "bookings": list(series.bookings.values_list("pk", flat=True)),
        "last_starts_at": at(14, day=14).isoformat(),
    }


def test_hours_are_kept_over_the_change_of_clocks(alice):
    first = datetime(2026, 10, 19, 14, tzinfo=factories.PARIS)

    series = book(alice, factories.resource(), when=Span(first, first + timedelta(hours=2)))

    starts = [booking.starts_at for booking in series.bookings.all()]
    assert [f"{start.astimezone(factories.PARIS):%d.%m. %H:%M}" for start in starts] == [
        "19.10. 14:00",
        "26.10. 14:00",
        "02.11. 14:00",
    ]
    assert starts[1] - starts[0] == timedelta(days=7, hours=1)


def test_a_night_without_the_hour_begins_when_the_clocks_have_changed(alice):
    first = datetime(2027, 3, 27, 2, 30, tzinfo=factories.PARIS)

    series = book(
        alice, factories.resource(), rule="FREQ=DAILY;COUNT=2", when=Span(first, first + timedelta(hours=1))
    )

    assert spans(series)[1] == Span(
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 2, 30, tzinfo=UTC)
    )


def test_a_conflict_refuses_everything_and_says_which_with_other_times(alice):
    laser, bob = factories.resource(), factories.member("bob")
    factories.booking(bob, laser, span(15, 17, day=7))

    refused = refusal(alice, laser)

    assert isinstance(refused, SeriesRefused)
    assert refused.only_taken
    assert codes(refused.objections) == [Code.TAKEN]
    assert refused.objections[0].data["occurrence"] == at(14, day=7).isoformat()
    assert [(each.at, each.fits) for each in refused.occurrences] == [
        (at(14), True), (at(14, day=7), False), (at(14, day=14), True),
    ]  # fmt: skip
    assert [one.span for one in refused.occurrences[1].alternatives] == [
        span(13, 15, day=7),
        span(17, 19, day=7),
        span(14, 15, day=7),
        span(14, 16, day=4),
    ]
    assert (Series.objects.count(), Booking.objects.count()) == (0, 1)


def test_conflicts_are_resolved_one_by_one(alice):
    laser, sister, bob = factories.resource(), factories.resource("laser-2"), factories.member("bob")
    for day in (0, 7, 14):
        factories.booking(bob, laser, span(15, 17, day=day))
    resolve = {
        at(14): None,
        at(14, day=7): Elsewhere(span(17, 18, day=7)),
        at(14, day=14): Elsewhere(span(14, 16, day=14), (sister,)),
    }

    series = book(alice, laser, resolve=resolve)

    assert [(b.occurs_at, b.span, units(b)) for b in series.bookings.all()] == [
        (at(14, day=7), span(17, 18, day=7), ["laser-1/1"]),
        (at(14, day=14), span(14, 16, day=14), ["laser-2/1"]),
    ]


def test_an_alternative_of_one_occurrence_is_not_another_ones_time(alice):
    """Daily from two to four: Tuesday's best other hours are Monday's and Wednesday's own, so others come."""
    laser = factories.resource(zone=factories.zone("atelier", hours=(14, 18)))
    factories.booking(factories.member("bob"), laser, span(14, 16, day=1))

    (conflict,) = [each for each in look(alice, laser, rule="FREQ=DAILY;COUNT=3") if not each.fits]

    assert [one.span for one in conflict.alternatives] == [
        span(16, 18, day=1),
        span(16, 18),
        span(16, 18, day=2),
        span(14, 16, day=3),
    ]


def test_a_resolution_that_does_not_fit_either_is_refused(alice):
    laser = factories.resource()
    factories.booking(factories.member("bob"), laser, span(15, 18, day=7))

    refused = refusal(alice, laser, resolve={at(14, day=7): Elsewhere(span(17, 19, day=7))})

    assert [each.span for each in refused.occurrences if not each.fits] == [span(17, 19, day=7)]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=HOURLY;COUNT=3", "unsupported"),
        ("nonsense", "unreadable"),
        ("FREQ=DAILY", "endless"),
        ("FREQ=DAILY;COUNT=10000", "too_many"),
        ("FREQ=YEARLY;COUNT=10", "too_far"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "never"),
    ],
)
def test_a_rule_that_is_not_kept_is_refused(alice, rule, why):
    refused = refusal(alice, factories.resource(), rule=rule)

    assert [(one.code, one.data["why"]) for one in refused.objections] == [(Code.BAD_REPEAT, why)]
    assert Series.objects.count() == 0


@pytest.mark.parametrize(
    ("resolve", "why"),
    [
        ({at(15): None}, "no_such_occurrence"),
        ({at(14): None, at(14, day=7): None, at(14, day=14): None}, "all_skipped"),
    ],
)
def test_a_resolution_of_nothing_is_refused(alice, resolve, why):
    refused = refusal(alice, factories.resource(), resolve=resolve)

    assert refused.objections[0].data["why"] == why


def test_a_quota_counts_the_occurrences_before(alice):
    cnc = factories.resource("cnc-1", daily_quota_minutes=120)
    factories.booking(alice, cnc, span(9, 10, day=2))

    refused = refusal(alice, cnc, rule="FREQ=DAILY;COUNT=4")

    assert [(each.at, codes(each.objections)) for each in refused.occurrences] == [
        (at(14), []), (at(14, day=1), []), (at(14, day=2), [Code.QUOTA]), (at(14, day=3), []),
    ]  # fmt: skip


def test_a_weekly_quota_is_used_up_within_the_series(alice):
    cnc = factories.resource("cnc-1")
    cnc.quotas.create(most=3, measure="count", period="week")

    refused = refusal(alice, cnc, rule="FREQ=DAILY;COUNT=8")

    assert [each.at for each in refused.occurrences if not each.fits] == [
        at(14, day=day) for day in (3, 4, 5, 6)
    ]


def test_occurrences_far_ahead_are_told_by_the_horizon(alice):
    laser = factories.resource(horizon_days=8)

    refused = refusal(alice, laser)

    assert codes(refused.objections) == [Code.TOO_FAR]
    assert not refused.only_taken


def test_what_needs_approval_is_requested_and_managers_hear_of_it_once(alice):
    factories.manager()
    laser = factories.resource(approval=True)

    series = book(alice, laser)

    assert {booking.state for booking in series.bookings.all()} == {"requested"}
    assert not Claim.objects.filter(standing=True).exists()
    told = [(notice.member.username, notice.kind) for notice in Notice.objects.order_by("kind")]
    assert told == [("alice", "requested"), ("charlie", "to_approve")]


def test_a_manager_sets_rules_aside_for_all_and_every_booking_remembers_why(alice):
    charlie, laser = factories.manager(), factories.resource(max_minutes=60)

    series = book(alice, laser, by=charlie, override=Override.by(charlie, ["too_long"], "Cours du soir"))

    changes = Change.objects.filter(booking__series=series)
    assert [(c.what, c.by, c.before, c.reason) for c in changes] == [
        ("overridden", charlie, {"codes": ["too_long"]}, "Cours du soir")
    ] * 3


def test_who_books_for_somebody_else_reads_whose_certification_is_missing(alice):
    charlie = factories.manager("charlie")
    laser = factories.resource(certification=factories.certification("laser"))

    refused = refusal(alice, laser, by=charlie)

    said = [[one.data.get("member") for one in each.objections] for each in refused.occurrences]
    assert said == [[alice.display_name]] * 3
    assert look(alice, laser, by=charlie)[0].objections == refused.occurrences[0].objections
    assert [one.data.get("member") for one in refusal(alice, laser).objections] == [None] * 3


def test_a_preview_tells_every_occurrence_and_books_nothing(alice):
    laser = factories.resource(approval=True)
    factories.booking(factories.member("bob"), laser, span(15, 17, day=7))

    seen = look(alice, laser, resolve={at(14, day=14): None})

    assert [(each.at, each.fits, each.skipped, codes(each.objections)) for each in seen] == [
        (at(14), True, False, [Code.NEEDS_APPROVAL]),
        (at(14, day=7), False, False, [Code.TAKEN, Code.NEEDS_APPROVAL]),
        (at(14, day=14), True, True, []),
    ]
    assert Series.objects.count() == 0


def test_desks_are_given_out_and_re_arranged_for_every_occurrence(alice):
    desk, bob = factories.resource("desk", units=2), factories.member("bob")
    long = factories.booking(bob, desk, Span(at(9, day=7), at(20, day=13)), unit=1)
    factories.booking(bob, desk, span(8, 14, day=7), unit=2)
    factories.booking(bob, desk, span(16, 18, day=7), unit=2)
    factories.booking(bob, desk, span(8, 9, day=7), unit=1)

    series = book(alice, desk, when=span(14, 16), rule="FREQ=DAILY;COUNT=10")

    assert [units(booking) for booking in series.bookings.all()] == [["desk/1"]] * 7 + [["desk/2"]] * 3
    assert units(long) == ["desk/1"]


def test_somebody_who_takes_an_occurrence_between_preview_and_confirmation_is_told(alice):
    laser = factories.resource()
    assert all(each.fits for each in look(alice, laser))
    factories.booking(factories.member("bob"), laser, span(15, 17, day=7))

    refused = refusal(alice, laser)

    assert [each.at for each in refused.occurrences if not each.fits] == [at(14, day=7)]
    assert not Booking.objects.filter(member=alice).exists()


def test_a_race_lost_to_the_constraint_writes_nothing_and_says_which(alice):
    """The rival's claim comes between the look and the write, as it does in a race."""
    laser, bob, came = factories.resource(), factories.member("bob"), []

    def rival(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not came:
            came.append(None)
            came[0] = factories.booking(bob, laser, span(15, 17, day=14))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(rival):
        refused = refusal(alice, laser)

    assert [each.at for each in refused.occurrences if not each.fits] == [at(14, day=14)]
    assert list(Booking.objects.all()) == came
    assert Series.objects.count() == 0


def test_fifty_two_occurrences_take_as_many_queries_as_three(alice, django_assert_max_num_queries):
    laser = factories.resource(daily_quota_minutes=480, certification=factories.certification())
    factories.award(alice, laser.certification)
    book(alice, laser, when=span(12, 13))

    with django_assert_max_num_queries(32):
        series = book(alice, laser, rule="FREQ=WEEKLY;COUNT=52", when=span(10, 11))

    assert series.bookings.count() == 52

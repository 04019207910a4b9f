"""Whatever happens to bookings in whatever order, no unit is ever held twice."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from booking import actions
from booking.held import held_rows
from booking.models import Booking, Claim
from booking.refusals import Refused
from lab.models import Link, Resource
from lab.spans import Span
from tests import factories

pytestmark = pytest.mark.django_db
BEGIN = factories.at(8)

starts = st.integers(0, 40).map(lambda n: timedelta(minutes=30 * n))
lengths = st.integers(1, 8).map(lambda n: timedelta(minutes=30 * n))
slugs = st.lists(st.sampled_from(["desk", "laser-1", "bench-1", "bench-2"]), min_size=1, max_size=3)
picks = st.integers(0, 30)


class Planning(RuleBasedStateMachine):
    """A small lab with desks, a machine with clean-up, and two benches that disturb each other."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = BEGIN
        self.people = [factories.member(name) for name in ("alice", "bob")] + [factories.manager()]
        factories.resource("desk", units=3, kind="desk")
        factories.resource("laser-1", cleanup_minutes=30, cancel_minutes=60)
        band = factories.resource("band", listed=False)
        for slug in ("bench-1", "bench-2"):
            Link.objects.create(resource=factories.resource(slug), also=band, why=Link.Why.INTERFERENCE)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def resources(self, slugs: list[str]) -> list[Resource]:
        rows = Resource.objects.select_related("zone", "certification")
        return [rows.get(slug=slug) for slug in slugs]

    def some_booking(self, pick: int) -> Booking | None:
        rows = list(Booking.objects.order_by("pk"))
        return rows[pick % len(rows)] if rows else None

    def span(self, start: timedelta, length: timedelta) -> Span:
        return Span(BEGIN + start, BEGIN + start + length)

    def attempt(self, act, **arguments) -> None:
        with suppress(Refused):
            act(now=self.now, **arguments)

    @rule(start=starts, length=lengths, slugs=slugs, who=st.integers(0, 2))
    def book(self, start, length, slugs, who):
        someone = self.people[who]
        wish = {"resources": self.resources(slugs), "span": self.span(start, length)}
        self.attempt(actions.book, member=someone, by=someone, **wish)

    @rule(start=starts, length=lengths, slugs=slugs, minutes=st.integers(1, 60))
    def hold_for_somebody(self, start, length, slugs, minutes):
        alice = self.people[0]
        wish = {"resources": self.resources(slugs), "span": self.span(start, length)}
        until = self.now + timedelta(minutes=minutes)
        self.attempt(actions.book, member=alice, by=alice, hold_until=until, **wish)

    @rule(pick=picks, start=starts, length=lengths, slugs=st.none() | slugs)
    def move(self, pick, start, length, slugs):
        if booking := self.some_booking(pick):
            wanted = self.resources(slugs) if slugs else None
            span = self.span(start, length)
            self.attempt(actions.move, booking=booking, by=booking.member, span=span, resources=wanted)

    @rule(pick=picks, minutes=st.integers(1, 120))
    def extend(self, pick, minutes):
        if booking := self.some_booking(pick):
            self.attempt(actions.extend, booking=booking, by=booking.member, minutes=minutes)

    @rule(pick=picks, act=st.sampled_from([actions.cancel, actions.finish, actions.undo]))
    def end(self, pick, act):
        if booking := self.some_booking(pick):
            self.attempt(act, booking=booking, by=booking.member)

    @rule(pick=picks, act=st.sampled_from([actions.take_offer, actions.arrive]))
    def come(self, pick, act):
        if booking := self.some_booking(pick):
            self.attempt(act, booking=booking)

    @rule(pick=picks)
    def hand_over(self, pick):
        if booking := self.some_booking(pick):
            self.attempt(actions.hand_over, booking=booking, to=self.people[1], by=booking.member)

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @invariant()
    def no_unit_is_held_twice(self):
        claims = list(Claim.objects.filter(standing=True).order_by("unit", "blocked_from"))
        for before, after in pairwise(claims):
            assert before.unit_id != after.unit_id or before.blocked_until <= after.blocked_from

    @invariant()
    def what_is_promised_is_claimed_and_nothing_else(self):
        for booking in Booking.objects.prefetch_related("claims__unit__resource"):
            current = [claim for claim in booking.claims.all() if not claim.superseded]
            blocks = booking.state in {"held", "booked", "checked_in", "done", "missed"}
            assert current
            assert {claim.standing for claim in current} == {blocks}
            assert all(
                claim.blocked_from <= booking.starts_at and claim.blocked_until >= booking.ends_at
                for claim in current
            )

    @invariant()
    def what_is_read_as_held_is_what_stands(self):
        window = Span(BEGIN + timedelta(hours=5), BEGIN + timedelta(hours=9))
        standing = Claim.objects.filter(
            standing=True, blocked_from__lt=window.end, blocked_until__gt=window.start
        )
        units = set(Claim.objects.values_list("unit_id", flat=True))
        assert {row.claim for row in held_rows(units, window)} == set(standing.values_list("pk", flat=True))


def test_no_unit_is_ever_held_twice():
    run_state_machine_as_test(
        Planning,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

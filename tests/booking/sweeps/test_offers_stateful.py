"""Whatever people do while others wait: each look asks exactly those whom a slow model asks, in order."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from booking import actions
from booking.actions import wait as waiting
from booking.models import Booking, Wait
from booking.queries.waits import declined
from booking.queries.wishes import objections
from booking.refusals import Refused
from booking.rules.wishes import blocking
from booking.sweeps import lapse_offers, offer_free_time
from lab.models import Quota, Resource
from lab.spans import Span
from lab.times import next_step
from tests import factories

pytestmark = pytest.mark.django_db
BEGIN = factories.at(8)
STEP = timedelta(minutes=30)
ANSWER = timedelta(minutes=5)

slots = st.integers(0, 3)
lengths = st.integers(1, 2)
people = st.integers(0, 2)
picks = st.integers(0, 30)
what = st.sampled_from(["laser-1", "desk"])


class Queue(RuleBasedStateMachine):
    """A laser with clean-up, an hour a day for each, and two desks; at first most of it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = BEGIN
        self.people = [factories.member(name) for name in ("alice", "bob", "eve")]
        laser = factories.resource("laser-1", cleanup_minutes=30)
        Quota.objects.create(resource=laser, most=60, period="day")
        desk = factories.resource("desk", kind="desk", units=2)
        zoe = factories.member("zoe")
        for row, unit in ((laser, 1), (desk, 1), (desk, 2)):
            factories.booking(zoe, row, self.span(0, 2), unit=unit)
            factories.booking(zoe, row, self.span(3, 4), unit=unit)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def resource(self, slug: str) -> Resource:
        return Resource.objects.select_related("zone", "certification").get(slug=slug)

    def span(self, start: int, length: int) -> Span:
        return Span(BEGIN + start * STEP, BEGIN + (start + length) * STEP)

    def some(self, rows, pick):
        found = list(rows.order_by("pk"))
        return found[pick % len(found)] if found else None

    @rule(who=people, slug=what, start=slots, length=lengths)
    def book(self, who, slug, start, length):
        member = self.people[who]
        wish = {"resources": [self.resource(slug)], "span": self.span(start, length)}
        with suppress(Refused):
            actions.book(member=member, by=member, now=self.now, **wish)

    @rule(pick=picks)
    def cancel(self, pick):
        if booking := self.some(Booking.objects.filter(state__in=Booking.LIVE), pick):
            with suppress(Refused):
                actions.cancel(booking=booking, by=booking.member, now=self.now)

    @rule(who=people, slug=what, start=slots, longer=lengths, length=lengths, any_of=st.booleans())
    def join(self, who, slug, start, longer, length, any_of):
        resource = self.resource(slug)
        about = {"kind": resource.kind} if any_of else {"resource": resource}
        window, minutes = self.span(start, length + longer), 30 * length
        with suppress(Refused):
            waiting.join(member=self.people[who], window=window, minutes=minutes, now=self.now, **about)

    @rule(pick=picks, how=st.sampled_from(["accept", "decline", "withdraw"]))
    def answer(self, pick, how):
        if wait := self.some(Wait.objects.filter(state__in=["waiting", "offered"]), pick):
            by = {} if how == "accept" else {"by": wait.member}
            with suppress(Refused):
                getattr(waiting, how)(wait=wait, now=self.now, **by)

    @rule(minutes=st.sampled_from([1, 10, 25, 60]))
    def time_goes_by(self, minutes):
        self.now += timedelta(minutes=minutes)

    @invariant()
    def a_look_asks_whom_the_model_asks(self):
        lapse_offers(now=self.now)
        before = set(Booking.objects.values_list("pk", flat=True))
        expected = self.model()

        offer_free_time(now=self.now)

        made = Booking.objects.exclude(pk__in=before).order_by("pk")
        asked = [(row.member_id, row.span, row.claims.get().unit.resource.slug) for row in made]
        assert asked == expected
        assert all(row.state == "held" and self.now < row.held_until <= row.starts_at for row in made)

    def model(self) -> list[tuple[int, Span, str]]:
        """One after the other tries every five minutes of their window, and books what they may."""
        found = []
        point = transaction.savepoint()
        busy = set(Wait.objects.filter(state="offered").values_list("member", flat=True))
        for wait in Wait.objects.filter(state="waiting", ends_at__gt=self.now).order_by("created_at", "pk"):
            best = None if wait.member_id in busy else self.earliest(wait)
            if best is not None:
                span, slug = best
                rows = {"resources": [self.resource(slug)], "span": span}
                until = span.start
                actions.book(member=wait.member, by=wait.member, now=self.now, hold_until=until, **rows)
                busy.add(wait.member_id)
                found.append((wait.member_id, span, slug))
        transaction.savepoint_rollback(point)
        return found

    def earliest(self, wait: Wait) -> tuple[Span, str] | None:
        rows = (
            Resource.objects.filter(kind=wait.kind)
            if wait.kind
            else Resource.objects.filter(pk=wait.resource_id)
        )
        length = timedelta(minutes=wait.minutes)
        free = [
            (span, row.slug) for row in rows for span in self.tried(wait, length) if self.may(wait, row, span)
        ]
        return min(free, default=None)

    def tried(self, wait: Wait, length: timedelta) -> list[Span]:
        at_once = next_step(self.now + ANSWER, minutes=5)
        starts = (wait.starts_at + n * timedelta(minutes=5) for n in range(24))
        spans = [Span(start, start + length) for start in starts if start >= at_once]
        inside = [span for span in spans if wait.window.covers(span)]
        return [span for span in inside if not any(span.overlaps(no) for no in declined(wait))]

    def may(self, wait: Wait, row: Resource, span: Span) -> bool:
        return not blocking(objections(member=wait.member, resources=[row], span=span, now=self.now))

    @invariant()
    def a_member_has_one_offer_and_each_offer_is_held(self):
        offered = Wait.objects.filter(state="offered")
        assert offered.count() == offered.values("member").distinct().count()
        assert all(wait.offer is not None for wait in offered)


def test_whoever_waits_is_asked_in_order_about_what_is_free():
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    tries = settings(max_examples=12, stateful_step_count=16, suppress_health_check=checks, deadline=None)
    run_state_machine_as_test(Queue, settings=tries)

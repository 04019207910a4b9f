"""Workers that look at once: time that becomes free is offered to one, and to the first."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from booking import actions
from booking.actions import wait as waiting
from booking.models import Booking, Claim, Notice, Wait
from booking.sweeps import offer_free_time
from lab.models import Member, Resource
from lab.spans import Span
from tests import factories
from tests.callers import soon
from tests.processes import eventually, running
from tests.site import Site, at_once, site_on

SERVER = pytest.mark.server("postgresql")
LOOKERS, ROUNDS, WORKERS = 6, 4, 2


@dataclass
class Lab:
    """A database of a site, on which workers run."""

    site: Site


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=SERVER)])
def lab(request) -> Iterator[Lab]:
    with site_on(request.param) as found:
        found.do(rows)
        yield Lab(found)


def rows() -> None:
    """A laser and a printer; some makers."""
    for slug in ("laser-1", "printer-1"):
        factories.resource(slug)
    for name in ("alice", "bob", "eve", "zoe"):
        factories.member(name)


def hour(number: int) -> Span:
    return Span(soon(number), soon(number + 1))


def queue_up(slug: str, number: int) -> None:
    """Zoe has this hour; bob waited for it first, then alice and eve."""
    laser, zoe = Resource.objects.get(slug=slug), Member.objects.get(username="zoe")
    now = timezone.now()
    actions.book(member=zoe, by=zoe, resources=[laser], span=hour(number), now=now)
    for later, name in enumerate(("bob", "alice", "eve")):
        member = Member.objects.get(username=name)
        at = now + timedelta(milliseconds=later)
        waiting.join(member=member, resource=laser, window=hour(number), minutes=60, now=at)


def free_it(number: int) -> None:
    zoe = Member.objects.get(username="zoe")
    booking = Booking.objects.get(member=zoe, starts_at=hour(number).start)
    actions.cancel(booking=booking, by=zoe, now=timezone.now())


def all_look_at_once(slug: str) -> list[tuple[int, dict[str, list[str]]]]:
    """Everybody looks at a freed hour in the same moment: how many offers were made, and which."""
    found = []
    for number in range(ROUNDS):
        queue_up(slug, number)
        free_it(number)
        found.append((sum(at_once([look] * LOOKERS)), told(number)))
        nobody_waits()
    return found


def look() -> int:
    try:
        return offer_free_time(now=timezone.now())
    finally:
        connection.close()


def workers_look(slug: str) -> list[dict[str, list[str]]]:
    """An hour is freed, and what the workers made of it; a second look would have come by then."""
    found = []
    for number in range(30, 30 + ROUNDS):
        queue_up(slug, number)
        free_it(number)
        eventually(lambda n=number: told(n)["held"], 60)
        time.sleep(1.5)
        found.append(told(number))
        nobody_waits()
    return found


def told(number: int) -> dict[str, list[str]]:
    """About this hour: whom it is held for, who was told, how the waits stand."""
    span = hour(number)
    held = Claim.objects.filter(blocked_from=span.start, standing=True)
    notices = Notice.objects.filter(kind="offer", booking__starts_at=span.start)
    waits = Wait.objects.filter(starts_at=span.start).order_by("created_at")
    return {
        "held": list(held.values_list("booking__member__username", flat=True)),
        "told": list(notices.values_list("member__username", flat=True)),
        "waits": list(waits.values_list("state", flat=True)),
    }


def nobody_waits() -> None:
    for wait in Wait.objects.filter(state__in=waiting.OPEN):
        waiting.withdraw(wait=wait, by=wait.member, now=timezone.now())


ONE_OFFER = {"held": ["bob"], "told": ["bob"], "waits": ["offered", "waiting", "waiting"]}


def test_of_many_who_look_at_once_one_makes_the_offer(lab):
    assert lab.site.do(all_look_at_once, "laser-1") == [[1, ONE_OFFER]] * ROUNDS


def test_two_workers_make_one_offer_within_a_moment(lab):
    worker = partial(running, sys.executable, "-m", "lab", "worker", **lab.site.environ)
    with ExitStack() as stack:
        workers = [stack.enter_context(worker()) for _ in range(WORKERS)]
        eventually(lambda: all("sweeping" in one.text for one in workers), 60)

        assert lab.site.do(workers_look, "printer-1") == [ONE_OFFER] * ROUNDS
        assert not [one.text for one in workers if "failed" in one.text or "Traceback" in one.text]

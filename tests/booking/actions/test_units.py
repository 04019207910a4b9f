"""Units come into service and leave it; their history stays."""

import pytest
from django.contrib.admin.models import LogEntry

from booking import actions
from booking.actions.units import LastUnit, StillClaimed, add_unit, retire_unit
from booking.refusals import Refused
from lab.models import Unit
from tests import factories
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def charlie():
    return factories.manager()


def numbers(resource) -> list[int]:
    return list(resource.units.order_by("number").values_list("number", flat=True))


def test_one_more_can_be_booked_at_once(charlie):
    desk, alice = factories.resource("desk"), factories.member()
    factories.booking(alice, desk, span(14, 16))
    add_unit(resource=desk, by=charlie)
    booking = actions.book(member=alice, by=alice, resources=[desk], span=span(14, 16), now=NOW)

    assert [claim.unit.number for claim in booking.claims.all()] == [2]
    assert LogEntry.objects.count() == 1


def test_a_retired_one_is_never_claimed_again_and_keeps_its_history(charlie):
    desk, alice = factories.resource("desk", units=2), factories.member()
    past = factories.booking(alice, desk, span(7, 8), unit=2, state="done")
    retire_unit(resource=desk, number=2, by=charlie, now=NOW)
    actions.book(member=alice, by=alice, resources=[desk], span=span(14, 16), now=NOW)

    assert numbers(desk) == [1]
    assert past.claims.get().unit.number == 2
    with pytest.raises(Refused):
        actions.book(member=alice, by=alice, resources=[desk], span=span(14, 16), now=NOW)


def test_what_is_still_claimed_stays(charlie):
    desk = factories.resource("desk", units=2)
    factories.booking(factories.member(), desk, span(9, 11), unit=2)

    with pytest.raises(StillClaimed):
        retire_unit(resource=desk, number=2, by=charlie, now=NOW)
    assert numbers(desk) == [1, 2]


def test_what_was_cancelled_holds_nothing(charlie):
    desk = factories.resource("desk", units=2)
    factories.booking(factories.member(), desk, span(14, 16), unit=2, standing=False, state="cancelled")
    retire_unit(resource=desk, number=2, by=charlie, now=NOW)

    assert numbers(desk) == [1]


def test_the_last_one_stays(charlie):
    with pytest.raises(LastUnit):
        retire_unit(resource=factories.resource(), number=1, by=charlie, now=NOW)


def test_one_that_is_not_there_can_not_leave(charlie):
    with pytest.raises(Unit.DoesNotExist):
        retire_unit(resource=factories.resource(units=2), number=7, by=charlie, now=NOW)


def test_the_same_number_comes_back(charlie):
    desk = factories.resource("desk", units=3)
    retire_unit(resource=desk, number=2, by=charlie, now=NOW)
    back = add_unit(resource=desk, by=charlie)

    assert (back.number, numbers(desk), Unit.everything.count()) == (2, [1, 2, 3], 3)

"""A session's part of a month: minutes and credits exactly, work and energy by their share."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.accounts import Amounts, SessionFacts, within
from lab.spans import Span
from tests.factories import at

MONTH = Span(at(0), at(24 * 31))


def test_a_session_within_counts_whole():
    facts = SessionFacts(at(9), at(10.5), 3600, 250.0, Decimal("4.00"), Decimal("1.20"))

    assert within(facts, MONTH) == Amounts(1, 5400, 3600, 250.0, Decimal("6.00"), Decimal("1.20"))


def test_one_that_began_before_counts_by_its_part_and_leaves_its_material_there():
    facts = SessionFacts(at(-3), at(1), 7200, 400.0, Decimal("2.00"), Decimal("9.99"))

    assert within(facts, MONTH) == Amounts(1, 3600, 1800, 100.0, Decimal("2.00"), Decimal(0))


@pytest.mark.parametrize("span", [(at(-3), at(-1)), (at(-3), at(0)), (at(24 * 31), at(24 * 32))])
def test_what_lies_outside_does_not_count(span):
    assert within(SessionFacts(*span), MONTH) is None


def test_one_without_a_length_counts_with_its_material():
    found = within(SessionFacts(at(9), at(9), 0, 5.0, Decimal(4), Decimal("2.50")), MONTH)

    assert found == Amounts(1, 0.0, 0.0, 5.0, Decimal("0.00"), Decimal("2.50"))


def test_what_no_meter_told_is_unknown_until_one_tells_something():
    known, unknown = Amounts(1, 60, 30.0, 5.0), Amounts(1, 60)

    assert ((unknown + unknown).energy_wh, (unknown + known).energy_wh) == (None, 5.0)
    assert (known + unknown).busy_minutes == round(30 / 60)


@given(st.integers(-3000, 3000), st.integers(0, 3000), st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_months_of_a_session_add_up_to_it(start, minutes, busy, energy):
    begin = at(0) + timedelta(minutes=start)
    facts = SessionFacts(begin, begin + timedelta(minutes=minutes), busy, energy, material=Decimal("3.00"))
    months = [Span(at(-24 * 10), at(0)), Span(at(0), at(24)), Span(at(24), at(24 * 12))]

    total = sum((part for month in months if (part := within(facts, month))), Amounts())

    assert total.seconds == pytest.approx(minutes * 60)
    assert (total.busy_seconds or 0) == pytest.approx(busy, abs=1e-6)
    assert (total.energy_wh or 0) == pytest.approx(energy, abs=1e-6)
    assert total.material_credits == Decimal("3.00")

"""One limit on a form: whom, what, how much, when."""

from datetime import time

import pytest

from lab.forms.quotas import QuotaForm
from lab.models import Programme, Quota
from tests import factories

pytestmark = pytest.mark.django_db


def filled(**data) -> QuotaForm:
    plain = {"measure": "minutes", "amount": "2 h", "period": "day", "weekends": "on"}
    return QuotaForm(plain | data)


def test_two_hours_a_day_on_one_machine():
    cnc = factories.resource("cnc-1")
    form = filled(what="resource:cnc-1")

    assert form.is_valid(), form.errors
    quota = form.save()
    assert (quota.resource, quota.kind, quota.most, quota.period, quota.days) == (cnc, "", 120, "day", 7)
    assert (quota.weekends, quota.peak_from, quota.programme) == (True, None, None)


def test_a_cohort_shares_three_bookings_of_a_kind_in_ten_days_at_peak_hours():
    cohort = Programme.objects.create(slug="res", name="Résidence")
    form = filled(
        what="kind:printer", programme=cohort.pk, together="on", measure="count", amount="3",
        period="rolling", days="10", peak_from="09:00", peak_until="18:00", weekends="",
    )  # fmt: skip

    assert form.is_valid(), form.errors
    quota = form.save()
    assert (quota.kind, quota.resource, quota.programme, quota.together) == ("printer", None, cohort, True)
    assert (quota.measure, quota.most, quota.period, quota.days) == ("count", 3, "rolling", 10)
    assert (quota.peak_from, quota.peak_until, quota.weekends) == (time(9), time(18), False)


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "a lot"}, "amount"),
        ({"measure": "count", "amount": "2 h"}, "amount"),
        ({"amount": "500 d"}, "amount"),
        ({"together": "on"}, "together"),
        ({"peak_from": "09:00"}, "peak_until"),
        ({"peak_until": "09:00"}, "peak_from"),
        ({"peak_from": "18:00", "peak_until": "09:00"}, "peak_until"),
        ({"period": "rolling", "days": "0"}, "days"),
        ({"period": "century"}, "period"),
        ({"what": "resource:nothing"}, "what"),
    ],
)
def test_what_is_wrong_is_told_in_its_field(data, wrong):
    assert list(filled(**data).errors) == [wrong]


def test_a_kept_one_is_shown_as_it_was_typed():
    resource = factories.resource()
    quota = Quota.objects.create(resource=resource, most=90, period="week")
    form = QuotaForm(instance=quota)

    assert (form["what"].value(), form["amount"].value()) == ("resource:laser-1", "1 h 30")

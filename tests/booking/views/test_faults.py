"""“Something does not work” on a resource's page: who says it, who reads it, who reads whose it is."""

import pytest

from booking.actions import faults
from booking.models import FaultReport
from lab.models import Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db
PAGE = "/resources/laser-1/"


@pytest.fixture
def bob(db):
    return factories.member("bob", first_name="Bob", language="en")


def say(who, text: str):
    return sign_in(who).post(f"{PAGE}fault/", {"text": text}, follow=True)


def page(who) -> str:
    return sign_in(who).get(PAGE).content.decode()


def test_a_maker_says_it_once_and_then_in_other_words(alice, charlie, laser):
    answer = say(alice, " It smokes ")
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Thank you. The lab managers know" in answer.content.decode()

    say(alice, "It burns")
    assert [(row.member, row.text, row.at) for row in FaultReport.objects.all()] == [(alice, "It burns", NOW)]
    assert ">\nIt burns</textarea>" in page(alice)


def test_others_read_it_without_a_name_and_managers_with_it(alice, bob, charlie, laser):
    say(alice, "It smokes")

    assert ("It smokes" in page(bob), "since today 10:00" in page(bob)) == (True, True)
    assert ("Alice Martin" in page(bob), "Alice Martin" in page(charlie)) == (False, True)
    assert ("/manage/faults/" in page(bob), "/manage/faults/" in page(charlie)) == (False, True)


def test_what_was_looked_at_is_no_longer_told(alice, bob, charlie, laser):
    report = faults.report(resource=laser, member=alice, text="It smokes", now=NOW)
    faults.dismiss(report=report, by=charlie, now=NOW)

    assert "It smokes" not in page(bob)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "nul\0"])
def test_nothing_is_kept_of_what_says_nothing(alice, laser, text):
    answer = say(alice, text)

    assert (answer.status_code, FaultReport.objects.count()) == (422, 0)
    assert answer.context["report_form"].errors


def test_a_stranger_signs_in_and_comes_back_to_the_form(client, alice, laser):
    assert "login" in client.post(f"{PAGE}fault/", {"text": "It smokes"})["Location"]
    assert sign_in(alice).get(f"{PAGE}fault/")["Location"] == f"{PAGE}#report"
    assert sign_in(alice).post("/resources/moon/fault/", {"text": "It smokes"}).status_code == 404
    assert not FaultReport.objects.exists()


def test_a_machine_that_is_down_says_why_until_when_and_what_else_there_is(alice, laser):
    factories.resource("laser-2")
    Outage.objects.create(resource=laser, starts_at=at(9), ends_at=at(12, day=1), reason="Lens cracked")
    seen = page(alice)

    for words in (
        "Out of order since today 09:00",
        "Lens cracked",
        "It should work again tomorrow 12:00.",
        'href="/resources/laser-2/"',
    ):
        assert words in seen
    assert "It works again" not in seen


def test_an_outage_that_is_planned_is_told_before(alice, laser):
    Outage.objects.create(resource=laser, starts_at=at(9, day=1), reason="Maintenance")

    assert "Out of order as planned: tomorrow 09:00, end not known" in page(alice)


def test_a_manager_ends_it_from_the_page(charlie, laser):
    outage = Outage.objects.create(resource=laser, starts_at=at(9), reason="Lens cracked")
    assert f"/manage/outages/{outage.pk}/end/" in page(charlie)

    answer = sign_in(charlie).post(
        f"/manage/outages/{outage.pk}/end/", headers={"referer": f"http://testserver{PAGE}"}
    )
    outage.refresh_from_db()
    assert (answer["Location"], outage.ends_at) == (f"http://testserver{PAGE}", NOW)

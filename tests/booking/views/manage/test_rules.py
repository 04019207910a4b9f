"""Rules: inherited ones are told as such, kept ones hold at once, wrong ones lose nothing."""

import pytest

from booking import actions
from booking.models import Booking
from booking.queries.wishes import objections
from booking.refusals import Refused
from lab.models import KindRules, Resource
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db
LASER = "/manage/rules/resources/laser-1/"
PRINTERS = "/manage/rules/kinds/printer/"


def filled(**rules) -> dict[str, str]:
    """A form of rules that leaves everything open but these."""
    return {"csrf": "", **rules}


def words(answer) -> list[str]:
    return [str(message).replace("\u00a0", " ") for message in answer.context["messages"]]


def told(cells) -> dict[str, list[tuple[str, str]]]:
    """Values and sources by column."""
    return {cell.title: [(words.replace("\u00a0", " "), of) for words, of in cell.values] for cell in cells}


@pytest.fixture
def laser() -> Resource:
    return factories.resource("laser-1", min_minutes=None)


def test_the_table_tells_each_value_and_whose_it_is(charlie, laser):
    KindRules.objects.create(kind="machine", max_minutes=240)
    Resource.objects.filter(pk=laser.pk).update(notice_minutes=60)
    groups = sign_in(charlie).get("/manage/rules/").context["groups"]
    _kind, _name, of_kind, rows = next(group for group in groups if group[0] == "machine")
    kind, own = told(of_kind), told(rows[0][1])

    assert kind["Length"] == [("15 min", "the house"), ("4 h", "")]
    assert own["Length"] == [("15 min", "the house"), ("4 h", "its kind")]
    assert own["Notice"] == [("1 h", "")]
    assert own["Approval"] == [("no", "the house")]


def test_an_empty_field_shows_what_it_inherits(charlie, laser):
    KindRules.objects.create(kind="machine", max_minutes=240, approval=True)
    page = sign_in(charlie).get(LASER).content.decode().replace("\u00a0", " ")

    assert 'placeholder="4 h"' in page
    assert "Empty: 4 h, from its kind" in page
    assert "inherited: yes" in page
    assert "Empty: 15 min, from the house" in page


def test_a_kept_rule_holds_for_the_next_wish_and_for_none_before(charlie, alice, laser):
    before = factories.booking(alice, laser, span(14, 18))
    answer = sign_in(charlie).post(LASER, filled(max_minutes="2 h", approval="true"), follow=True)
    laser.refresh_from_db()
    found = objections(member=alice, resources=[laser], span=span(10, 13), now=NOW)

    assert (laser.max_minutes, laser.approval, laser.walk_up) == (120, True, None)
    assert words(answer) == [
        (
            "Longest booking: inherited → 2 h · A manager approves: inherited → yes."
            " Bookings that exist already stay as they are."
        )
    ]
    assert [each.code for each in found] == ["too_long", "needs_approval"]
    assert Booking.objects.get(pk=before.pk).span == span(14, 18)


def test_the_kinds_rules_hold_for_its_resources_that_say_nothing_else(charlie, alice):
    one = factories.resource("printer-1", kind="printer")
    two = factories.resource("printer-2", kind="printer", max_minutes=600)
    sign_in(charlie).post(PRINTERS, filled(max_minutes="1 h", overnight="true"))

    with pytest.raises(Refused) as refused:
        actions.book(member=alice, by=alice, resources=[one], span=span(14, 16), now=NOW)
    assert [each.code for each in refused.value.objections] == ["too_long"]
    actions.book(member=alice, by=alice, resources=[two], span=span(14, 16), now=NOW)


def test_a_rule_is_given_back_to_the_kind(charlie, laser):
    Resource.objects.filter(pk=laser.pk).update(max_minutes=120, approval=False, role="manager")
    sign_in(charlie).post(LASER, filled(max_minutes="", approval="", role=""))
    laser.refresh_from_db()

    assert (laser.max_minutes, laser.approval, laser.role) == (None, None, "")


@pytest.mark.parametrize(
    ("rules", "wrong"),
    [
        ({"max_minutes": "soon"}, "max_minutes"),
        ({"min_minutes": "2 h", "max_minutes": "1 h"}, "max_minutes"),
        ({"min_minutes": "0"}, "min_minutes"),
        ({"max_minutes": "10 min"}, "max_minutes"),
        ({"grid_minutes": "2 d"}, "grid_minutes"),
        ({"horizon_days": "0"}, "horizon_days"),
        ({"setup_minutes": "99999999"}, "setup_minutes"),
        ({"approval": "maybe"}, "approval"),
        ({"role": "king"}, "role"),
        ({"tariff": "77"}, "tariff"),
        ({"certification": "77"}, "certification"),
        ({"programmes": "77"}, "programmes"),
    ],
)
def test_what_is_wrong_is_told_in_its_field_and_nothing_is_lost(charlie, laser, rules, wrong):
    answer = sign_in(charlie).post(LASER, filled(notice_minutes="3 h", **rules))
    page = answer.content.decode()
    laser.refresh_from_db()

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])
    assert 'value="3 h"' in page
    assert "Nothing was saved yet" in page
    assert laser.notice_minutes is None


def test_undo_puts_the_rule_back(charlie, laser):
    manager = sign_in(charlie)
    page = manager.post(LASER, filled(max_minutes="2 h"), follow=True).content.decode()
    undo = page.split('action="/manage/undo/')[1].split('"')[0]
    answer = manager.post(f"/manage/undo/{undo}", HTTP_REFERER=f"http://testserver{LASER}", follow=True)
    laser.refresh_from_db()

    assert laser.max_minutes is None
    assert words(answer) == ["Taken back. Longest booking: 2 h → inherited"]
    assert answer.request["PATH_INFO"] == LASER


def test_the_changes_stand_at_the_foot_of_the_page(charlie, laser):
    manager = sign_in(charlie)
    manager.post(LASER, filled(max_minutes="2 h"))
    lines = manager.get(LASER).context["history"]

    assert [(line.who, line.words[0].replace("\u00a0", " ")) for line in lines] == [
        ("charlie", "Longest booking: inherited → 2 h")
    ]


def test_saving_what_is_there_already_is_no_change(charlie, laser):
    assert words(sign_in(charlie).post(LASER, filled(), follow=True)) == ["Nothing was changed."]


def test_a_resource_and_its_kind_can_not_contradict_each_other(charlie, laser):
    KindRules.objects.create(kind="machine", max_minutes=120)
    factories.resource("cnc-1", min_minutes=90)
    manager = sign_in(charlie)
    resource = manager.post(LASER, filled(min_minutes="3 h"))
    kind = manager.post("/manage/rules/kinds/machine/", filled(max_minutes="1 h"))

    assert resource.context["form"].errors["min_minutes"] == [
        "Nothing could be booked: at least 3 h, but at most 2 h."
    ]
    assert kind.context["form"].errors["max_minutes"] == [
        "These ask for more at least, and say no longest time of their own: cnc-1."
    ]


def test_a_role_that_the_form_does_not_offer_is_not_lost(charlie, laser):
    Resource.objects.filter(pk=laser.pk).update(role="admin")
    form = sign_in(charlie).get(LASER).context["form"]

    assert ("admin", "administrator") in form.fields["role"].choices
    assert form["role"].value() == "admin"


def test_an_unheard_of_kind_is_not_found(charlie):
    assert sign_in(charlie).get("/manage/rules/kinds/spaceship/").status_code == 404


def test_makers_read_the_rules_on_the_resources_page(alice, charlie, laser):
    sign_in(charlie).post(LASER, filled(min_minutes="30", max_minutes="4 h", cancel_minutes="2 h"))
    page = sign_in(alice).get("/resources/laser-1/").content.decode().replace("\u00a0", " ")

    assert "From 30 min to 4 h, up to 400 days ahead, cancellation until 2 h before." in page
    assert "Change the rules" not in page

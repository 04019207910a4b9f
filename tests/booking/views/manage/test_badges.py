"""Badges before a manager: what waits, who has which, guests', lost ones."""

from datetime import timedelta

import pytest

from booking.models import Enrolment, Notice
from booking.rules.cards import Card
from lab.models import Badge
from tests import factories
from tests.booking.taps import tap
from tests.booking.views.conftest import sign_in
from tests.factories import NOW

pytestmark = pytest.mark.django_db
URL = "/manage/badges/"


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def waiting(alice):
    reader = factories.device("door-1", door=factories.door())
    return Enrolment.objects.create(
        fingerprint="ab" * 32, sealed="cd" * 32, device=reader, offered_at=NOW, expires_at=NOW,
        claimed_by=alice, claimed_at=NOW, label="Keys",
    )  # fmt: skip


def test_they_are_for_managers(client, alice, waiting):
    badge = factories.badge(alice)
    deeds = [f"asked/{waiting.pk}/accept/", f"asked/{waiting.pk}/decline/"]
    deeds += [f"{badge.pk}/{deed}/" for deed in ("lend", "back", "lost", "found")]

    assert client.get(URL).status_code == 302
    for path in ("", f"{badge.pk}/", f"{badge.pk}/readers/"):
        assert sign_in(alice).get(URL + path).status_code == 403
    for deed in deeds:
        assert sign_in(alice).post(URL + deed).status_code == 403
        assert sign_in(alice).get(URL + deed).status_code == 403


def test_what_waits_is_counted_on_the_dashboard_and_decided_here(alice, charlie, waiting):
    boss = sign_in(charlie)
    assert "1 badge to approve" in boss.get("/dashboard/").content.decode()
    assert "Keys" in boss.get(URL).content.decode()

    answer = boss.post(f"{URL}asked/{waiting.pk}/accept/", follow=True)

    assert words(answer) == ["Keys opens for Alice Martin from now on."]
    assert Badge.objects.get().member == alice


@pytest.mark.parametrize("deed", ["accept", "decline"])
@pytest.mark.parametrize("first", ["accept", "decline"])
def test_of_two_managers_who_decide_at_once_the_second_one_is_told(charlie, waiting, first, deed):
    boss = sign_in(charlie)
    boss.post(f"{URL}asked/{waiting.pk}/{first}/")
    badges = list(Badge.objects.values_list("pk"))

    answer = boss.post(f"{URL}asked/{waiting.pk}/{deed}/", follow=True)

    assert words(answer)[-1] == "Something was decided meanwhile; look again."
    assert list(Badge.objects.values_list("pk")) == badges


def test_a_declined_one_is_told_why(alice, charlie, waiting):
    sign_in(charlie).post(f"{URL}asked/{waiting.pk}/decline/", {"reason": "Come to the desk"})

    assert not Badge.objects.exists()
    assert Notice.objects.get(member=alice).data["reason"] == "Come to the desk"


def found(who, **asked) -> list[str]:
    return [str(badge) for badge in sign_in(who).get(URL, asked).context["badges"]]


def test_badges_are_found_by_owner_name_and_state(alice, charlie):
    factories.badge(alice, "04000001", label="Blue fob")
    factories.badge(alice, "04000002", label="Old card", lost_at=NOW)
    factories.badge(None, "04000003", label="Guest 1", kind="guest")
    factories.badge(factories.member("dora"), "04000004", label="Guest 2", kind="guest")

    assert len(found(charlie)) == 4
    assert found(charlie, q="martin fob") == ["Blue fob"]
    assert found(charlie, state="lost") == ["Old card"]
    assert found(charlie, state="free") == ["Guest 1"]
    assert found(charlie, state="lent") == ["Guest 2"]
    assert found(charlie, state="active", q="blue") == ["Blue fob"]
    assert found(charlie, q="nobody\0") == []
    assert len(found(charlie, state="nonsense", page="9")) == 4


def test_a_guest_badge_is_entered_lent_and_taken_back(charlie, clock):
    factories.device("door-1", door=factories.door())
    code = tap("door-1", card=Card("ab" * 32, sealed="cd" * 32)).text[-7:]
    boss = sign_in(charlie)
    asked = {"code": code, "kind": "guest", "label": "Guest 1", "member": ""}

    answer = boss.post(URL, asked, follow=True)
    badge = Badge.objects.get()
    assert words(answer) == ["Entered: Guest 1."]
    path = f"{URL}{badge.pk}/"
    answer = boss.post(f"{path}lend/", {"guest": "Dora Maar", "until": "2026-05-04T18:00"}, follow=True)
    assert words(answer) == ["Guest 1 is lent to Dora Maar."]
    assert tap("door-1", "2", card=Card("ab" * 32)).reason == "welcome"
    clock(NOW + timedelta(hours=9))
    assert "Not back yet" in boss.get(URL).content.decode()
    assert words(boss.post(f"{path}back/", follow=True)) == ["Guest 1 is back."]
    answer = boss.post(f"{path}back/", follow=True)
    assert words(answer) == ["That is no longer possible: look at the badge again."]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "guest", "member": "alice"}, "A guest badge has no owner yet."),
        ({"kind": "card", "member": ""}, "Whose is it?"),
        ({"kind": "card", "member": "nobody"}, "Nobody has this user name."),
        ({"kind": "card", "member": "alice"}, "No card waits with this code."),
    ],
)
def test_what_can_t_be_entered_says_why(alice, charlie, asked, said):
    answer = sign_in(charlie).post(URL, {"code": "CCC CCC", "label": "", **asked})

    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"guest": "", "until": "2026-05-04T18:00"},
        {"guest": "Dora", "until": ""},
        {"guest": "Dora", "until": "2026-05-03T18:00"},
    ],
)
def test_a_badge_is_lent_to_somebody_until_some_time_to_come(charlie, form):
    spare = factories.badge(None, kind="guest")

    assert sign_in(charlie).post(f"{URL}{spare.pk}/lend/", form).status_code == 422
    assert Badge.objects.get().member is None


def test_a_blocked_badge_tells_which_readers_know(alice, charlie):
    badge, boss = factories.badge(alice, label="Keys"), sign_in(charlie)

    answer = boss.post(f"{URL}{badge.pk}/lost/", follow=True)
    assert words(answer) == ["Blocked: Keys. It opens nothing any more."]
    assert "Readers that are alone" in answer.content.decode()
    assert boss.get(f"{URL}{badge.pk}/readers/").status_code == 200
    answer = boss.post(f"{URL}{badge.pk}/found/", follow=True)
    assert words(answer) == ["It opens again: Keys."]


def test_its_name_and_dates_are_changed_with_a_line_in_the_log(alice, charlie):
    badge, boss = factories.badge(alice, label="Keys"), sign_in(charlie)
    form = {"label": "Blue fob", "valid_from": "", "valid_until": "2026-06-01T12:00"}

    boss.post(f"{URL}{badge.pk}/", form)

    badge.refresh_from_db()
    assert (badge.label, badge.valid_until.isoformat()) == ("Blue fob", "2026-06-01T10:00:00+00:00")
    assert "Blue fob" in boss.get(f"{URL}{badge.pk}/").content.decode()
    turned = {"label": "", "valid_from": "2026-06-02T12:00", "valid_until": "2026-06-01T12:00"}
    refused = boss.post(f"{URL}{badge.pk}/", turned)
    assert refused.status_code == 422
    assert "The end must come after the start." in refused.content.decode()
    assert "badge_ends_after_start" not in refused.content.decode()

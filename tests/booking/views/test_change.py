"""Changing a booking: by the form that judges it, or dragged in the planning, with a way back."""

import pytest

from booking import actions
from booking.models import Booking
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(alice, laser) -> Booking:
    return actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 16), purpose="Lampe", now=NOW
    )


def form(**more) -> dict:
    told = {"resource": ["laser-1"], "starts_at": "2026-05-04T17:00", "ends_at": "2026-05-04T18:00"}
    return told | {"purpose": "Lampe"} | more


def messages(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


class TestTheForm:
    def test_it_begins_with_what_stands(self, alice, booking):
        told = sign_in(alice).get(f"/bookings/{booking.pk}/change/").content.decode()

        for part in (
            'value="2026-05-04T14:00"',
            'value="2026-05-04T16:00"',
            'value="laser-1" checked',
            "Lampe",
        ):
            assert part in told
        assert "Free, and within the rules" in told  # one's own booking is not in one's own way

    def test_time_resources_and_purpose_change_at_once(self, alice, booking):
        factories.resource("desk")
        client = sign_in(alice)

        answer = client.post(
            f"/bookings/{booking.pk}/change/", form(resource=["laser-1", "desk"], purpose="Boîte")
        )

        booking.refresh_from_db()
        assert (booking.span, booking.purpose) == (span(17, 18), "Boîte")
        assert answer["Location"] == "/me/"
        assert f'action="/bookings/{booking.pk}/again/"' in client.get("/me/").content.decode()

    def test_a_taken_time_is_refused_and_everything_stays(self, alice, laser, booking):
        factories.booking(factories.member("bob"), laser, span(17, 19))

        answer = sign_in(alice).post(f"/bookings/{booking.pk}/change/", form())

        booking.refresh_from_db()
        assert (answer.status_code, booking.span) == (422, span(14, 16))
        told = answer.content.decode()
        assert f'href="/bookings/{booking.pk}/change/?resource=laser-1&amp;starts_at=' in told
        assert "/waits/new/" not in told

    def test_it_is_judged_while_one_fills_it_in(self, alice, laser, booking):
        factories.booking(factories.member("bob"), laser, span(17, 19))
        client = sign_in(alice)
        path = f"/bookings/{booking.pk}/check/"

        assert "Somebody has this time" in client.post(path, form()).content.decode()
        sooner = form(starts_at="2026-05-04T15:00", ends_at="2026-05-04T17:00")
        assert "Free, and within" in client.post(path, sooner).content.decode()

    def test_what_would_need_approval_anew_warns_that_the_time_is_given_back(self, alice, laser, booking):
        laser.approval = True
        laser.save()

        told = sign_in(alice).post(f"/bookings/{booking.pk}/check/", form()).content.decode()

        assert "data-asks" in told
        assert "Its present time is given back at once." in told

    def test_a_resource_is_added_without_changing_anything_yet(self, alice, booking):
        factories.resource("desk")
        answer = sign_in(alice).post(f"/bookings/{booking.pk}/change/", form(also="desk", add="1"))

        assert 'name="resource" value="desk" checked' in answer.content.decode()
        booking.refresh_from_db()
        assert booking.span == span(14, 16)

    @pytest.mark.parametrize(
        "query", ["starts_at=never&ends_at=x", "starts_at=0001-01-01T00:00Z", "resource"]
    )
    def test_an_address_that_makes_no_sense_shows_what_stands(self, alice, booking, query):
        told = sign_in(alice).get(f"/bookings/{booking.pk}/change/?{query}").content.decode()

        assert 'value="2026-05-04T14:00"' in told
        assert 'value="laser-1" checked' in told


class TestDragging:
    def drag(self, who, booking, start: float, end: float, **more):
        told = {"starts_at": at(start).isoformat(), "ends_at": at(end).isoformat()} | more
        return sign_in(who).post(
            f"/bookings/{booking.pk}/move/", told, follow=True, HTTP_REFERER="http://testserver/planning/"
        )

    def test_it_moves_and_says_so_with_a_way_back(self, alice, booking):
        answer = self.drag(alice, booking, 17, 19)

        booking.refresh_from_db()
        assert booking.span == span(17, 19)
        assert messages(answer) == ["Changed: laser-1, today 17:00–19:00."]
        assert f'action="/bookings/{booking.pk}/again/"' in answer.content.decode()
        assert answer.request["PATH_INFO"] == "/planning/"

    def test_to_a_sister_on_another_line(self, alice, laser, booking):
        factories.resource("laser-2")

        self.drag(alice, booking, 14, 16, **{"from": "laser-1", "to": "laser-2"})

        standing = booking.claims.filter(standing=True).values_list("unit__resource__slug", flat=True)
        assert list(standing) == ["laser-2"]

    def test_a_taken_time_leaves_it_where_it_was_and_says_why(self, alice, laser, booking):
        factories.booking(factories.member("bob"), laser, span(17, 19))

        answer = self.drag(alice, booking, 18, 20)

        booking.refresh_from_db()
        assert booking.span == span(14, 16)
        assert messages(answer) == ["Somebody has this time already; choose another one."]

    @pytest.mark.parametrize(
        "told",
        [
            {},
            {"starts_at": "2026-05-04T17:00", "ends_at": "2026-05-04T18:00"},  # whose clock?
            {"starts_at": "x", "ends_at": "2026-13-40T99:99Z"},
            {"starts_at": "2026-05-04T18:00Z", "ends_at": "2026-05-04T17:00Z"},
            {"starts_at": "0001-01-01T00:00Z", "ends_at": "9999-12-31T00:00Z"},
        ],
    )
    def test_what_is_no_time_changes_nothing(self, alice, booking, told):
        answer = sign_in(alice).post(f"/bookings/{booking.pk}/move/", told, follow=True)

        booking.refresh_from_db()
        assert (answer.status_code, booking.span) == (200, span(14, 16))

    @pytest.mark.parametrize("to", ["moon", "\0", "x" * 500])
    def test_a_line_that_is_not_there_changes_nothing(self, alice, booking, to):
        self.drag(alice, booking, 14, 16, **{"from": "laser-1", "to": to})

        booking.refresh_from_db()
        assert (
            booking.resources == ["laser-1"]
            if hasattr(booking, "resources")
            else booking.span == span(14, 16)
        )


class TestInThePlanning:
    def bars(self, who):
        groups = sign_in(who).get("/planning/?day=2026-05-04").context["groups"]
        return [bar for _zone, lanes in groups for lane in lanes for bar in lane.bars]

    def test_ones_own_can_be_taken_and_leads_to_its_page(self, alice, booking):
        (bar,) = self.bars(alice)
        page = sign_in(alice).get("/planning/?day=2026-05-04").content.decode()

        assert bar.moves == "all"
        assert f'href="/bookings/{booking.pk}/"' in page
        assert f'data-mine="{booking.pk}" data-moves="all" data-starts="{int(at(14).timestamp())}"' in page

    def test_of_what_has_begun_only_the_end(self, alice, booking, clock):
        clock(at(15))
        assert [bar.moves for bar in self.bars(alice)] == ["end"]
        clock(at(17))
        assert [bar.moves for bar in self.bars(alice)] == [""]

    def test_nothing_of_others(self, charlie, booking):
        assert [(bar.moves, bar.mine) for bar in self.bars(charlie)] == [("", None)]

    def test_its_clean_up_gives_way_with_it(self, alice):
        laser = factories.resource(cleanup_minutes=30)
        actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)

        assert [(bar.look, bar.mine is not None, bar.moves) for bar in self.bars(alice)] == [
            ("blocked", True, ""), ("mine", True, "all"),
        ]  # fmt: skip


class TestTwoWindows:
    def test_nobody_overwrites_what_was_changed_meanwhile(self, alice, booking):
        window = sign_in(alice)
        path, version = f"/bookings/{booking.pk}/change/", booking.sequence
        assert f'name="version" value="{version}"' in window.get(path).content.decode()
        actions.move(booking=booking, by=alice, span=span(15, 17), now=NOW)

        answer = window.post(path, form(version=version))

        booking.refresh_from_db()
        assert (answer.status_code, booking.span) == (422, span(15, 17))
        told = answer.content.decode()
        assert "was changed while this form was open" in told
        assert f'name="version" value="{booking.sequence}"' in told
        assert window.post(path, form(version=booking.sequence)).status_code == 302
        booking.refresh_from_db()
        assert booking.span == span(17, 18)

    def test_what_is_cancelled_has_no_form(self, alice, booking):
        actions.cancel(booking=booking, by=alice, now=NOW)
        window, path = sign_in(alice), f"/bookings/{booking.pk}/change/"

        for answer in (window.get(path), window.post(path, form(purpose="another"))):
            assert answer["Location"] == f"/bookings/{booking.pk}/"
        booking.refresh_from_db()
        assert booking.purpose == "Lampe"

"""The demo lab: what is promised is there, a second run changes nothing, no secret is kept in clear."""

import dataclasses
import json
from datetime import UTC, datetime, time, timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from booking import actions
from booking.demo.bookings import plant_bookings
from booking.models import Booking, Claim, FaultReport
from booking.queries.wishes import objections
from devices.credentials import verify
from devices.models import Device
from firmware_bridge.wire.sun import proven
from lab.fingerprints import fingerprint
from lab.lab_time import lab_zone
from lab.models import ApiToken, Award, Badge, Door, Member, Resource, Zone
from lab.spans import Span
from tests.firmware_bridge.ntag import sun

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 5, tzinfo=UTC)
BOOKED_BY_OTHERS = {"laser-2", "cnc-2", "solder-1"}


@pytest.fixture
def state(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # eight accounts a test
    settings.CONFIG = dataclasses.replace(settings.CONFIG, state=tmp_path)
    return tmp_path


@pytest.fixture
def facts(state):
    return seeded(state)


def seeded(state):
    call_command("seed_demo")
    return json.loads((state / "simulation.json").read_text())


def rows():
    """Every row of every table of ours."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for app in ("lab", "devices", "booking")
        for model in apps.get_app_config(app).get_models()
    }


def test_members_zones_doors_and_resources_are_the_promised_ones(facts):
    assert set(facts["accounts"]) == {"maker", "novice", "manager", "admin"}
    assert set(Zone.objects.values_list("slug", flat=True)) == {"fablab", "rfid-centre", "carrefour"}
    assert set(Door.objects.values_list("slug", "zone__slug")) == {
        ("door-fablab", "fablab"),
        ("door-rfid", "rfid-centre"),
    }
    assert set(facts["resources"]) == set(Resource.objects.filter(listed=True).values_list("slug", flat=True))
    assert set(facts["resources"]) >= {
        "laser-1", "printer-1", "printer-2", "printer-3", "printer-4", "cnc-1", "rfid-bench-1",
        "mocap-studio", "desk", "meeting-room",
    }  # fmt: skip
    several = dict(Resource.objects.annotate(n=Count("units")).filter(n__gt=1).values_list("slug", "n"))
    assert several == {"desk": 8, "mocap-suits": 3}
    assert not Resource.objects.filter(units=None).exists()


def test_each_zone_has_an_address_that_pairs_a_screen_and_keeps_doing_so(facts, state, client):
    again = seeded(state)

    assert set(facts["totems"]) == {"fablab", "rfid-centre", "carrefour"}
    assert again["totems"] == facts["totems"]
    for zone, address in facts["totems"].items():
        answer = client.get("/" + address.split("/", 3)[3])
        assert (answer.status_code, answer["Location"]) == (302, f"/totem/{zone}/")


def test_roles_and_certifications_are_the_promised_ones(facts):
    roles = dict(Member.objects.filter(username__in=facts["accounts"]).values_list("username", "role"))
    held = {
        name: set(Award.objects.filter(member__username=name).values_list("certification__slug", flat=True))
        for name in facts["accounts"]
    }

    assert roles == {"maker": "maker", "novice": "maker", "manager": "manager", "admin": "admin"}
    assert (held["maker"], held["novice"]) == ({"laser", "cnc"}, set())
    assert Member.objects.get(username="maker").any_hour
    assert [badge["certifications"] for badge in facts["badges"][:2]] == [["laser", "cnc"], []]


@pytest.mark.parametrize(
    ("slug", "start", "minutes", "expected"),
    [
        ("laser-1", timedelta(hours=5), 120, []),
        ("laser-1", timedelta(hours=15), 120, ["closed"]),
        ("laser-1", timedelta(hours=5), 540, []),
        ("cnc-1", timedelta(hours=5), 120, []),
        ("cnc-1", timedelta(hours=5), 121, ["quota"]),
        ("meeting-room", timedelta(days=6, hours=18), 600, []),
        ("desk", timedelta(days=390), 2000, []),
        ("mocap-studio", timedelta(hours=20), 600, []),
    ],
)
def test_house_rules_let_maker_book_as_promised(facts, slug, start, minutes, expected):
    span = Span(MONDAY + start, MONDAY + start + timedelta(minutes=minutes))
    found = objections(
        member=Member.objects.get(username="maker"),
        resources=[Resource.objects.get(slug=slug)],
        span=span,
        now=MONDAY,
    )

    assert [objection.code for objection in found] == expected


def test_a_novice_needs_a_certification_for_laser_and_cnc_only(facts):
    novice, start = Member.objects.get(username="novice"), MONDAY + timedelta(hours=5)
    span = Span(start, start + timedelta(hours=1))
    refused = {
        slug
        for slug in facts["resources"]
        if any(
            objection.code == "not_certified"
            for objection in objections(
                member=novice, resources=[Resource.objects.get(slug=slug)], span=span, now=MONDAY
            )
        )
    }

    assert refused == {"laser-1", "laser-2", "cnc-1", "cnc-2"}


@pytest.mark.usefixtures("facts")
def test_fablab_is_open_monday_to_saturday_nine_to_eight():
    hours = Zone.objects.get(slug="fablab").hours.values_list("weekday", "opens", "closes")

    assert list(hours) == [(day, time(9), time(20)) for day in range(6)]


def test_devices_connect_with_what_the_file_says(facts):
    for name, told in facts["devices"].items():
        device = Device.objects.get(name=name)
        assert told["username"] == name
        assert verify(told["password"], device.credential)
        assert (told["profile"], told.get("resource"), told.get("door")) == (
            device.profile,
            device.resource and device.resource.slug,
            device.door and device.door.slug,
        )

    assert {name: facts["devices"][name].get("door") for name in ("door-fablab", "door-rfid")} == {
        "door-fablab": "door-fablab",
        "door-rfid": "door-rfid",
    }
    assert facts["devices"]["reader-laser-1"]["resource"] == "laser-1"
    assert list(Device.objects.filter(claimed_at=None).values_list("name", flat=True)) == ["plug-new"]


def test_accounts_sign_in_with_what_the_file_says(facts):
    for name, told in facts["accounts"].items():
        member = Member.objects.get(username=name)
        assert member.check_password(told["password"])
        assert ApiToken.objects.get(digest=ApiToken.digest_of(told["token"])).member == member


def test_makers_of_the_simulation_have_tokens_and_badges_but_no_password(facts, settings):
    pepper = settings.CONFIG.badge_pepper
    for name, told in facts["people"].items():
        member = Member.objects.get(username=name)
        assert not member.has_usable_password()
        assert member.api_tokens.get().digest == ApiToken.digest_of(told["token"])
        assert member.badges.get().fingerprint == fingerprint(told["uid"], pepper=pepper)


def test_nothing_secret_stands_in_clear_in_the_database(facts):
    everybody = {**facts["accounts"], **facts["people"]}.values()
    told = {person[key] for person in everybody for key in ("password", "token", "uid") if key in person}
    told |= {device["password"] for device in facts["devices"].values()}
    with connection.cursor() as cursor:
        text = ""
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text += repr(cursor.fetchall())

    assert [secret for secret in told if secret.lower() in text.lower()] == []


def test_a_second_run_changes_nothing(state):
    first, before = seeded(state), rows()
    written = (state / "simulation.json").stat().st_mtime_ns

    assert (seeded(state), rows()) == (first, before)
    assert (state / "simulation.json").stat().st_mtime_ns == written


def test_what_a_manager_changed_stays_changed(state):
    seeded(state)
    Resource.objects.filter(slug="laser-2").update(name="Trotec", max_minutes=90)
    Device.objects.filter(name="reader-laser-2").update(revoked=True)
    maker = Member.objects.get(username="maker")
    maker.set_password("my own")
    maker.save()
    before = rows()
    seeded(state)

    assert rows() == before


def test_a_lost_file_is_issued_again(state, settings):
    first = seeded(state)
    (state / "simulation.json").unlink()
    second = seeded(state)

    assert first["accounts"]["maker"] != second["accounts"]["maker"]
    assert Member.objects.get(username="maker").check_password(second["accounts"]["maker"]["password"])
    assert (
        ApiToken.objects.filter(digest=ApiToken.digest_of(first["accounts"]["maker"]["token"])).count() == 0
    )
    assert verify(
        second["devices"]["door-fablab"]["password"], Device.objects.get(name="door-fablab").credential
    )
    assert Badge.objects.filter(member__username="maker").count() == 1


def test_a_new_database_takes_over_what_the_file_keeps(state):
    first = seeded(state)
    for model in (Claim, Booking, Device, Award, Badge, ApiToken):
        model.objects.all().delete()
    Member.objects.all().delete()
    second = seeded(state)

    assert second["accounts"]["maker"]["password"] == first["accounts"]["maker"]["password"]
    assert Member.objects.get(username="maker").check_password(second["accounts"]["maker"]["password"])
    assert [person["uid"] for person in second["people"].values()] == [
        person["uid"] for person in first["people"].values()
    ]


def test_a_guest_badge_is_lent_another_is_free_and_a_secure_card_has_its_keys(facts, settings):
    lent, free, secure = facts["cards"].values()
    badges = {
        told["uid"]: Badge.objects.get(
            fingerprint=fingerprint(told["uid"], pepper=settings.CONFIG.badge_pepper)
        )
        for told in (lent, free, secure)
    }

    assert badges[lent["uid"]].member.get_full_name() == "Lina Roux"
    assert badges[free["uid"]].member is None
    assert (badges[secure["uid"]].assurance, badges[secure["uid"]].member.username) == ("sun", "manager")
    told = sun(secure["uid"], 7, secret=settings.CONFIG.card_secret)
    read = proven(
        bytes.fromhex(told["picc"]),
        bytes.fromhex(told["cmac"]),
        meta_key=bytes.fromhex(secure["keys"]["meta_read"]),
        file_key=lambda _uid: bytes.fromhex(secure["keys"]["file_read"]),
    )
    assert read.uid.hex().upper() == secure["uid"]


def test_a_fault_waits_for_a_manager_and_is_not_said_again(facts, state):
    report = FaultReport.objects.get()
    assert (report.resource.slug, report.member.username, report.decided_at) == ("solder-1", "victor", None)
    report.delete()
    FaultReport.objects.create(
        resource=report.resource, text="x", at=report.at, decided_at=report.at, answer="mended"
    )

    seeded(state)

    assert FaultReport.objects.get().text == "x"


def test_the_file_is_private(facts, state):
    assert (state / "simulation.json").stat().st_mode & 0o777 == 0o600


def test_the_planning_is_alive_and_the_promised_resources_are_free(facts):
    Booking.objects.all().delete()
    members = {member.username: member for member in Member.objects.all()}
    noon = MONDAY + timedelta(hours=6)
    plant_bookings(members=members, now=noon)
    today = Booking.objects.filter(starts_at__lt=MONDAY + timedelta(hours=18))

    assert set(Claim.objects.values_list("unit__resource__slug", flat=True)) == BOOKED_BY_OTHERS
    assert len(today) >= 5
    assert {booking.state for booking in today if booking.ends_at <= noon} == {"done"}
    assert {booking.state for booking in Booking.objects.filter(ends_at__gt=noon)} == {"booked"}
    assert Booking.objects.filter(starts_at__gt=MONDAY + timedelta(days=4)).exists()


def test_the_planning_grows_day_by_day_and_yields_to_who_was_first(facts):
    Booking.objects.all().delete()
    members = {member.username: member for member in Member.objects.all()}
    start = datetime.combine(MONDAY.date(), time(9, 30), lab_zone())
    actions.book(
        member=members["thomas"],
        by=members["thomas"],
        resources=[Resource.objects.get(slug="laser-2")],
        span=Span(start, start + timedelta(hours=1)),
        now=MONDAY,
    )
    plant_bookings(members=members, now=MONDAY)
    monday = Booking.objects.count()
    plant_bookings(members=members, now=MONDAY + timedelta(days=1))

    assert not Booking.objects.filter(member__username="ines", starts_at=start).exists()
    assert Booking.objects.count() > monday


def test_bookings_of_the_demo_keep_the_house_rules(facts):
    for booking in Booking.objects.filter(starts_at__gt=timezone.now()):
        found = objections(
            member=booking.member,
            resources=[claim.unit.resource for claim in booking.claims.all()],
            span=booking.span,
            now=timezone.now(),
            besides=booking,
        )
        assert found == []

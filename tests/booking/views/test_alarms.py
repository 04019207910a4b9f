"""Managers' pages about alarms: one press, a mute with its end, rules as sentences."""

import re

import pytest
from django.test import Client
from django.utils.translation import override

from devices.models import Alarm, AlarmMute, AlarmRule, Channel
from tests import factories
from tests.booking.alarms.air import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol():
    return factories.manager("carol", first_name="Carol", language="en")


@pytest.fixture
def manager(carol) -> Client:
    client = Client()
    client.force_login(carol)
    return client


@pytest.fixture
def sensor():
    made = factories.device("room-1", label="Air", profile="room-sensor", online=True, status_at=moment(0))
    Channel.objects.create(device=made, key="temperature", unit="°C")
    return made


@pytest.fixture
def hot(sensor):
    rule = AlarmRule.objects.create(device=sensor, key="temperature", limit=30)
    data = {"condition": "above", "limit": 30.0, "unit": "°C", "value": 31.5}
    return Alarm.objects.create(
        rule=rule, subject="room-1/temperature", device=sensor, key="temperature", severity="warning",
        raised_at=moment(0), noted_at=moment(0), data=data,
    )  # fmt: skip


def words(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_makers_see_no_alarms(hot):
    client = Client()
    client.force_login(factories.member("alice"))

    assert client.get("/manage/alarms/").status_code == 403
    assert "alarm-mark" not in client.get("/").content.decode()


def test_an_open_alarm_stands_on_the_page_and_in_every_head(manager, hot):
    assert "Temperature above 30 °C" in words(manager, "/manage/alarms/").replace("\xa0", " ")
    assert "1 alarm" in words(manager, "/dashboard/")
    assert "1 alarm" in words(manager, "/manage/alarms/mark/")


def test_one_press_takes_care_of_it_and_says_who(manager, hot):
    manager.post(
        f"/manage/alarms/{hot.pk}/acknowledge/", headers={"referer": "http://testserver/manage/alarms/"}
    )

    page = words(manager, "/manage/alarms/")
    assert "Taken care of" in page
    assert "Carol" in page
    assert "I take care of it" not in page


def test_a_rule_is_muted_for_so_long_with_a_reason_and_told_again(manager, hot):
    manager.post(f"/manage/alarms/rules/{hot.rule_id}/mute/", {"length": "8", "reason": "filter ordered"})
    page = words(manager, "/manage/alarms/")
    row = AlarmMute.objects.get()

    assert (row.rule, row.by.username) == (hot.rule, "carol")
    assert (row.until - row.created_at).total_seconds() == 8 * 3600
    assert "filter ordered" in page
    manager.post(f"/manage/alarms/mutes/{row.pk}/end/")
    assert "filter ordered" not in words(manager, "/manage/alarms/")


@pytest.mark.parametrize("until", ["", "2020-01-01T00:00", "nonsense"])
def test_an_end_that_is_no_time_to_come_is_asked_again(manager, hot, until):
    answer = manager.post("/manage/alarms/devices/room-1/mute/", {"length": "until", "until": until})

    assert (answer.status_code, AlarmMute.objects.count()) == (422, 0)


def test_what_is_over_is_found_by_its_device_or_severity(manager, hot):
    Alarm.objects.update(cleared_at=moment(5))

    assert "lasted 5 min" in words(manager, "/manage/alarms/").replace("\xa0", " ")
    assert "None is like that" in words(manager, "/manage/alarms/?q=plug")
    assert "None is like that" not in words(manager, "/manage/alarms/?q=air&severity=warning")
    assert "None is like that" in words(manager, "/manage/alarms/?severity=alarm")


def test_a_rule_is_made_from_what_to_watch_for(manager, sensor):
    page = manager.get("/manage/alarms/rules/new/?device=room-1&key=temperature").content.decode()
    link = re.search(r'href="(\?condition=above[^"]+)"', page).group(1).replace("&amp;", "&")
    form = manager.get(f"/manage/alarms/rules/new/{link}").context["form"]
    answer = manager.post(
        f"/manage/alarms/rules/new/{link}",
        {
            "where": form["where"].value(),
            "key": form["key"].value(),
            "limit": "28.5",
            "clear": "27",
            "hold": "5 min",
            "severity": "alarm",
        },
    )
    row = AlarmRule.objects.get(house=None)

    assert answer.status_code == 302
    assert (row.device, row.key, row.limit, row.clear, row.hold_seconds) == (
        sensor,
        "temperature",
        28.5,
        27,
        300,
    )
    page = words(manager, "/manage/alarms/rules/").replace("\xa0", " ")
    assert "Temperature above 28.5 °C, for at least 5 min, over at 27 °C" in page


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        ("below", {"key": "temperature", "limit": "5"}),
        ("rises", {"key": "temperature", "limit": "2", "per": "hour"}),
        ("falls", {"key": "temperature", "limit": "2", "per": "minute"}),
        ("equals", {"key": "temperature", "word": "failed"}),
        ("absent", {"key": "temperature", "hold": "10 min"}),
        ("unheard", {"hold": "90 s"}),
        ("resource", {"word": "in_use", "only_closed": "on"}),
    ],
)
def test_each_condition_has_its_own_form(manager, sensor, condition, facts):
    answer = manager.post(
        f"/manage/alarms/rules/new/?condition={condition}", {"where": "", "severity": "info"} | facts
    )

    assert answer.status_code == 302
    assert AlarmRule.objects.filter(condition=condition, severity="info").exists()
    words(manager, "/manage/alarms/rules/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": ""},
        {"limit": "hot"},
        {"limit": "nan"},
        {"clear": "31"},
        {"hold": "soon"},
        {"where": "device:moon"},
        {"key": "x"},
    ],
)
def test_what_makes_no_rule_is_asked_again(manager, sensor, wrong):
    facts = {"where": "", "key": "temperature", "limit": "30", "severity": "info"} | wrong
    answer = manager.post("/manage/alarms/rules/new/?condition=above", facts)

    assert (answer.status_code, AlarmRule.objects.filter(house=None).count()) == (422, 0)


def test_the_house_s_rules_are_switched_off_and_never_removed(manager):
    words(manager, "/manage/alarms/rules/")
    disk = AlarmRule.objects.get(house="disk")
    manager.post(f"/manage/alarms/rules/{disk.pk}/switch/")
    manager.post(f"/manage/alarms/rules/{disk.pk}/delete/")
    changed = manager.post(
        f"/manage/alarms/rules/{disk.pk}/", {"severity": "info", "limit": "80", "clear": "70", "hold": ""}
    )
    disk.refresh_from_db()

    assert changed.status_code == 302
    assert (disk.enabled, disk.limit, disk.severity) == (False, 80, "info")


def test_a_removed_rule_can_be_taken_back(manager, hot):
    answer = manager.post(f"/manage/alarms/rules/{hot.rule_id}/delete/", follow=True)

    assert AlarmRule.objects.filter(house=None).count() == 0
    undo = re.search(r"/manage/undo/\d+/", answer.content.decode()).group()
    manager.post(undo)
    assert AlarmRule.objects.filter(house=None).count() == 1


def test_a_whole_number_is_shown_without_a_comma(carol, sensor, hot):
    carol.language = "fr"
    carol.save()
    client = Client()
    client.force_login(carol)
    page = client.get(f"/manage/alarms/rules/{hot.rule.pk}/").content.decode()

    assert re.search(r'name="limit" value="30"', page)


def test_a_fraction_keeps_its_comma(carol, sensor, hot):
    carol.language = "fr"
    carol.save()
    AlarmRule.objects.update(limit=28.5)
    client = Client()
    client.force_login(carol)
    page = client.get(f"/manage/alarms/rules/{hot.rule.pk}/").content.decode()

    assert re.search(r'name="limit" value="28,5"', page)


@pytest.mark.parametrize(
    ("language", "row", "said"),
    [
        ("en", {"key": "power", "condition": "above", "limit": 100}, "Power is above 100"),
        ("fr", {"key": "power", "condition": "above", "limit": 0.5}, "Puissance est au-dessus de 0,5"),
        ("fr", {"key": "state", "condition": "equals", "word": "failed"}, "État dit en échec"),
        ("fr", {"condition": "resource", "word": "in_use"}, "État\N{NARROW NO-BREAK SPACE}: Occupé"),
        ("fr", {"house": "disk", "condition": "house"}, "Le disque est presque plein"),
        ("fr", {"key": "power", "condition": "above", "limit": 5, "label": "Four chaud"}, "Four chaud"),
    ],
)
def test_what_changed_names_a_rule_in_words_not_in_codes(language, row, said):
    with override(language):
        assert str(AlarmRule(**row)) == said

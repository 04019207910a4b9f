"""Each device has the topics below its own name and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.broker import acl
from devices.broker.accounts import NAME, Account, of_rows, render_passwords
from devices.broker.acl import covers, may

DOOR = Account("door-1", "$7$1$a$b")
PLUG = Account("plug-1", "$7$1$c$d", profile="tasmota")
PRINTER = Account("printer-1", "$7$1$e$f", profile="octoprint")
BRIDGE = Account("bridge", "$7$1$g$h", service=True)

names = st.from_regex(NAME, fullmatch=True)
profiles = st.sampled_from(["native", *acl.FAMILIES])


@pytest.mark.parametrize(
    ("account", "topic"),
    [
        (DOOR, "fablab/v1/door-1/tap"),
        (DOOR, "fablab/v1/door-1/#"),
        (DOOR, "fablab/v1/door-1/+"),
        (PLUG, "tele/plug-1/SENSOR"),
        (PLUG, "cmnd/plug-1/#"),
        (PRINTER, "printer-1/event/PrintStarted"),
        (BRIDGE, "fablab/v1/door-1/command"),
        (BRIDGE, "#"),
    ],
)
def test_an_account_may_use_its_own_topics(account, topic):
    assert may(account, topic)


@pytest.mark.parametrize(
    ("account", "topic"),
    [
        (DOOR, "fablab/v1/door-2/tap"),
        (DOOR, "fablab/v1/door-10/tap"),
        (DOOR, "fablab/v1/+/tap"),
        (DOOR, "fablab/v1/#"),
        (DOOR, "#"),
        (DOOR, "+/+/+/+"),
        (DOOR, "tele/door-1/SENSOR"),
        (DOOR, "etabli/live/device/door-1"),
        (DOOR, ""),
        (PLUG, "tele/plug-2/SENSOR"),
        (PRINTER, "octoPrint/event/PrintStarted"),
    ],
)
def test_an_account_may_use_no_others(account, topic):
    assert not may(account, topic)


def test_a_device_named_like_a_family_s_tree_does_not_own_the_tree():
    assert not may(Account("tele", "x", profile="octoprint"), "tele/plug-1/SENSOR")
    assert may(Account("tele", "x", profile="octoprint"), "octoPrint/tele/mqtt")


@given(names, names, profiles, st.sampled_from(["tap", "command", "status", "allowlist"]))
def test_no_device_reaches_the_native_topics_of_another(name, other, profile, what):
    assert may(Account(name, "x", profile=profile), f"fablab/v1/{other}/{what}") == (name == other)


@given(names, profiles)
def test_no_device_reaches_the_live_pictures(name, profile):
    assert not may(Account(name, "x", profile=profile), "etabli/live/device/door-1")


@pytest.mark.parametrize(
    ("pattern", "topic", "expected"),
    [
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/+/c", "a/b/c", True),
        ("a/+/c", "a/+/c", True),
        ("a/b", "a/+", False),
        ("a/+", "a/#", False),
        ("a/b", "a/b/c", False),
        ("a/b/c", "a/b", False),
    ],
)
def test_a_pattern_covers_what_it_matches_whole(pattern, topic, expected):
    assert covers(pattern, topic) == expected


def test_mosquitto_s_file_says_the_same():
    assert acl.render([BRIDGE, DOOR, PLUG]) == (
        "user bridge\ntopic readwrite #\ntopic read $SYS/#\n"
        "\nuser door-1\ntopic readwrite fablab/v1/door-1/#\n"
        "\nuser plug-1\ntopic readwrite fablab/v1/plug-1/#\n"
        "topic readwrite tele/plug-1/#\ntopic readwrite stat/plug-1/#\ntopic readwrite cmnd/plug-1/#\n"
    )


def test_the_password_file_has_a_line_for_each_account():
    assert render_passwords([DOOR, PLUG]) == "door-1:$7$1$a$b\nplug-1:$7$1$c$d\n"


@pytest.mark.parametrize(
    "row",
    [
        ("bridge", "$7$1$a$b", "native"),
        ("door\ntopic readwrite #", "$7$1$a$b", "native"),
        ("Door", "$7$1$a$b", "native"),
        ("", "$7$1$a$b", "native"),
        ("door", "$7$1$a$b\nbridge:", "native"),
    ],
)
def test_a_row_that_could_pass_for_something_else_gets_no_account(row):
    assert list(of_rows([row, ("lamp", "$7$1$c$d", "native")], service="bridge")) == [
        Account("lamp", "$7$1$c$d")
    ]


def test_home_assistant_reads_our_resources_and_writes_nothing_of_them():
    home = Account("home-1", "$7$1$i$j", profile="home-assistant")

    read = ["homeassistant/+/+/config", "etabli/home/laser-1", "etabli/live/system/telemetry"]
    assert all(may(home, topic, read=True) for topic in read)
    assert not any(may(home, topic) for topic in read)
    assert not any(may(home, topic, read=True) for topic in ("#", "etabli/#", "etabli/live/resource/laser-1"))
    assert "topic read etabli/home/#" in acl.render([home])
    assert not may(DOOR, "etabli/home/laser-1", read=True)

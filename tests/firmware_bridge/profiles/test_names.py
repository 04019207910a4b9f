"""Names of foreign devices: once given, for ever."""

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.profiles.names import Names
from firmware_bridge.wire.topics import is_device


def give(names, own, address, family="tasmota"):
    names.forget_told()
    name = names.of(family, own, address)
    names.settle(name)
    return name


def test_a_device_is_named_by_the_slug_of_its_own_id():
    assert give(Names(), "Prise_Étau 2", "+/Prise_Étau 2") == "prise-etau-2"


def test_who_comes_later_with_the_same_slug_is_named_by_more():
    names = Names()

    given = [
        give(names, own, address)
        for own, address in (("plug", "+/plug"), ("plug", "home/+/plug"), ("Plug", "+/Plug"))
    ]

    assert given == ["plug", "home-plug", "plug-9466a82d"]
    assert give(names, "plug", "+/plug") == "plug"


def test_a_name_of_another_family_is_not_taken():
    names = Names(taken=lambda name, family: name == "lamp")

    assert give(names, "lamp", "zigbee2mqtt/lamp", "zigbee2mqtt") == "zigbee2mqtt-lamp"


def test_what_was_only_asked_for_is_not_kept():
    names = Names()
    for number in range(100_000):
        names.forget_told()
        names.of("tasmota", f"plug-{number}", f"+/plug-{number}")

    assert (len(names._names), len(names._told)) == (0, 1)


def test_names_outlive_a_restart():
    names = Names([("tasmota home/+/plug", "plug")])

    assert give(names, "plug", "+/plug") != "plug"
    assert give(names, "plug", "home/+/plug") == "plug"


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=30))
def test_no_two_devices_share_a_name(devices):
    names = Names()

    given_names = {(own, address): give(names, own, address) for own, address in devices}

    by_address = {address: name for (_, address), name in given_names.items()}
    assert len(set(by_address.values())) == len(by_address)
    assert all(map(is_device, by_address.values()))


def test_a_topic_is_another_s_below_its_address_or_its_name():
    names = Names(taken=lambda name, _family: name == "reader-1")
    give(names, "wall", "lab/wall", "shelly2")
    give(names, "Lamp", "device lamp", "homeassistant")

    for topic in ("lab/wall/rpc", "lamp/set", "reader-1/set"):
        assert names.is_anothers(topic, mine={"plug"})
    for topic in ("plug/set", "lab/set", "lab/walls/rpc", "shed/lamp/set", "lab/wall"):
        assert not names.is_anothers(topic, mine={"plug"})
    assert not names.is_anothers("lab/wall/rpc", mine={"wall"})
    assert not names.is_anothers("reader-1/set", mine={"0x1", "reader-1"})

"""Small languages inside of payloads and settings: templates, paths, times, units, names."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from firmware_bridge.wire import clock, paths, payload, topics, units
from firmware_bridge.wire.hass import expand
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.templates import Told, template, written
from tests.fuzz.decoders import Decoder, no_longer, refused

TEMPLATES = (
    b"{{ value_json.a.b[1]['c-d'] | float / 10 + 1 }}\0" + b'{"a":{"b":[1,{"c-d":"7.5"}]}}',
    b'{{ (value_json["a"] | float(0) * 2) | round(1) }}\0' + b'{"a":23.24}',
    b"{{ value | trim | lower | default('x') }}\0 Up ",
)
ARRIVAL = clock.Arrival(1_795_400_000 * clock.SECOND, ZoneInfo("Europe/Paris"))


def decoders() -> Iterator[Decoder]:
    yield Decoder("template", refused(told, BadPayload), TEMPLATES)
    yield Decoder("path", refused(path, paths.BadPath), (b'a.b[0]\0{"a":{"b":[1]}}', b'$["odd key"].x\0{}'))
    yield Decoder("json", refused(objects, BadPayload), (b'{"a":1}{"b":2}', b'[{"a":1}]\n{"c":1e9}'))
    yield Decoder("discovery", refused(discovery, BadPayload), DISCOVERY)
    yield Decoder(
        "clock", clocks, (b"2018-02-15T17:37:10", b"1795400000.25", b"2026-11-23T03:30:00.000+0000")
    )
    yield Decoder("names", names, ("Prise_Étau 2".encode(), b"Front Door/Contact", b"kWh"))


DISCOVERY = (
    b'{"~":"homeassistant/sensor","stat_t":"~/state","dev":{"ids":["a"],"mf":"b"},"avty":[{"t":"~/up"}]}',
    b'{"~":"x","cmps":{"one":{"p":"sensor","stat_t":"~/a"},"two":{"~":"y","stat_t":"b/~"}}}',
)


def told(raw: bytes) -> None:
    text, _, value = raw.partition(b"\0")
    steps = template(text.decode(errors="replace"))
    if steps is not None:
        found = Told(value).read(steps)
        no_longer(found, raw)
        refused(lambda _: no_longer(written(found), raw), BadPayload)(b"")


def path(raw: bytes) -> None:
    text, _, value = raw.partition(b"\0")
    steps = paths.parse(text.decode(errors="replace"))
    facts = refused(payload.parse, BadPayload)(value)
    paths.pick(facts, steps)
    for leaf, _ in paths.leaves(facts):
        paths.parse(leaf)


def objects(raw: bytes) -> None:
    no_longer(payload.parse_objects(raw), raw)


def discovery(raw: bytes) -> None:
    no_longer(expand(payload.parse_object(raw)), raw, times=64)


def clocks(raw: bytes) -> None:
    text = raw.decode(errors="replace")
    facts = refused(payload.parse, BadPayload)(raw)
    for claimed in (text, facts):
        for judge in (clock.judge_iso, clock.judge_naive):
            assert near(judge(claimed, ARRIVAL))
    if isinstance(facts, int | float):
        assert near(clock.judge(facts, ARRIVAL.ns))


def near(found: clock.Instant) -> bool:
    """No reading is ever older than what a device keeps for us, or newer than its clock may be ahead."""
    return -clock.AHEAD <= ARRIVAL.ns - found.ns <= clock.BEHIND


def names(raw: bytes) -> None:
    text = raw.decode(errors="replace")
    slug = topics.slug(text)
    assert not slug or topics.is_device(slug)
    assert 0 < len(topics.key(text)) <= topics.LONGEST_KEY
    no_longer(units.unit_of(text), raw)

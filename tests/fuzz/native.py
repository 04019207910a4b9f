"""Our own protocol, and that no bytes on a tap's topic are a card that anybody knows."""

from collections.abc import Iterator
from datetime import UTC, datetime

from booking.rules.cards import Card
from booking.rules.taps import BadgeFacts, DoorFacts, MachineFacts, TapFacts, judge_tap
from firmware_bridge.doors.taps import moment
from firmware_bridge.profiles import native as family
from firmware_bridge.wire import alone, native, orders
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.cards import MARKS
from tests.firmware_bridge.ntag import CARD_SECRET, sun
from tests.fuzz.decoders import Decoder, no_longer, refused

KNOWN = MARKS.card("04FEEDC0FFEE01").fingerprint  # no seed tells this card
SECURE = sun("04DE5F1EACC040", 61, secret=CARD_SECRET[::-1])  # of another lab
TAPS = (
    b'{"uid":"04A1B2C3D4E5F6","nonce":"b7-000123","at":1795400000.25}',
    b'{"uid":"04A1B2C3D4E5F6","nonce":"n","sun":{"picc":"EF963FF7828658A599F3041510671E88","cmac":"94EED9EE65337086"}}',
    f'{{"uid":"04A1","nonce":"n","sun":{{"picc":"{SECURE["picc"]}","cmac":"{SECURE["cmac"]}"}}}}'.encode(),
)
LOG = b'{"id":"b7-3","now":9.5,"events":[{"uid":"04A1B2C3","nonce":"n1","at":5,"verdict":"granted",'
LOG += b'"reason":"welcome","list":12,"lease":900,"clock":"lost"}]}'
SEEDS = {
    "hello": (b'{"profile":"door-reader","firmware":"1.4.0","channels":[{"key":"power","unit":"W"}]}',),
    "status": (b"online", b"offline"),
    "readings": (b'{"at":1795400000.25,"power":132.5,"state":"busy"}', b'[{"at":1,"a":true},{"b":null}]'),
    "tap": TAPS,
    "ack": (b'{"id":"allowlist-12","ok":true,"state":"held","list":12,"pending":3,"at":1795400000.5}',),
    "log": (LOG, b'{"events":[7,{}]}'),
}


def decoders() -> Iterator[Decoder]:
    read = {
        "hello": native.hello,
        "status": native.status,
        "readings": lambda payload: list(native.readings(payload)),
        "ack": native.ack,
        "log": alone.log,
    }
    for name, parse in read.items():
        yield Decoder(f"native {name}", refused(_fit(parse), BadPayload), SEEDS[name])
    yield Decoder("native tap", tap, SEEDS["tap"])
    yield Decoder("native nonce", _fit(native.nonce_of), TAPS)
    yield Decoder("native order", refused(_fit(orders.order), BadPayload), ORDERS)
    yield Decoder("native topic", topic, (b"fablab/v1/plug-1/readings", b"fablab/v1/a/b/c", b"etabli/live"))


def _fit(parse):
    def run(payload: bytes) -> None:
        no_longer(parse(payload), payload)

    return run


ORDERS = (
    b'{"id":"c","nonce":"n","do":"unlock","seconds":5,"reason":"welcome","text":"T","expires":1795400010}',
    b'{"id":"c","do":"relay","on":true,"lease":900,"expires":1795400010.5}',
    b'{"id":"c","nonce":"n","do":"refuse","reason":"unknown_badge","text":"T"}',
)


def tap(payload: bytes) -> None:
    """A tap that can be read is nobody's we know, at a door where its owner might pass at any hour."""
    try:
        told = native.tap(payload)
    except BadPayload:
        no_longer(native.nonce_of(payload), payload)
        return
    no_longer(told, payload)
    card = MARKS.tapped(told)
    for facts in (_at(card, told, door=DoorFacts()), _at(card, told, machine=MachineFacts())):
        assert not judge_tap(facts).granted, "a made-up tap opens"


def _at(card: Card, told: native.Tap, **where) -> TapFacts:
    now = moment(told.at) or datetime(2026, 5, 4, 10, tzinfo=UTC)
    badge = BadgeFacts(known=card.fingerprint == KNOWN, any_hour=True, forged=card.forged)
    return TapFacts(now=now, tapped_at=now, badge=badge, **where)


def topic(payload: bytes) -> None:
    place = family.of(payload.decode(errors="replace"))
    assert place is None or len(place.device) + len(place.what) <= len(payload) * 3

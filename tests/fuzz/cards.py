"""What comes over cables: cards, bus frames, and machines that tell how they are."""

from collections.abc import Callable, Iterator

from firmware_bridge.wire import grbl, marlin, sun, tags
from firmware_bridge.wire.cards import Card, Garbage
from firmware_bridge.wire.lines import Lines
from firmware_bridge.wire.osdp import Replies
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.rdm6300 import Rdm6300
from firmware_bridge.wire.wiegand import FORMATS, Wiegand
from tests.firmware_bridge.streams import in_pieces, kept
from tests.fuzz.decoders import Decoder, no_longer, refused

RDM6300 = (b"\x0262E3086CED08\x03", b"\x0210026F444 26\x03", b"\x0262E3086CED08\r\n\x03")
WIEGAND = (
    b"00101101000000001010001000\r\n",
    b"0x5A0144\n",
    b"0005898564\r",
    b"090,00324\n",
    b"\x0205A0144\x03",
)
OSDP = (
    bytes.fromhex("5380140004154002 17f2b9e2".replace(" ", "")),
    bytes.fromhex("53800800044032a1"),
    bytes.fromhex("5380140e0c02187600112233445566"),
)
GRBL = (b"<Idle|MPos:0.000,0.000,0.000|FS:0.0,0>", b"<Hold:0|WPos:1,2,3|F:5>", b"Grbl 1.1h ['$' for help]")
MARLIN = (
    b"ok T:209.5 /210.0 B:65.0 /65.0 B@:127 @:127",
    b"SD printing byte 2827407/4963577",
    b"Not SD printing",
    b"echo:busy: processing",
    b"Error:Printer halted. kill() called!",
)


def decoders() -> Iterator[Decoder]:
    yield Decoder("rdm6300", _stream(Rdm6300, most=64), RDM6300)
    for form in FORMATS:
        yield Decoder(f"wiegand {form}", _stream(lambda form=form: Wiegand(form), most=64), WIEGAND)
    yield Decoder("lines", _stream(lambda: Lines(16), most=64), (b"one\r\ntwo\n", b"x" * 40))
    yield Decoder("osdp", _stream(lambda: Replies({0, 1}, installing={1}), most=256), OSDP)
    yield Decoder("grbl", refused(_line(grbl.report, grbl.version), BadPayload), GRBL)
    yield Decoder("marlin", refused(_line(marlin.said), BadPayload), MARLIN)
    genuine = bytes.fromhex("EF963FF7828658A599F3041510671E8894EED9EE65337086")
    yield Decoder("sun", unproven, (genuine, genuine[:16], bytes(24)))
    yield Decoder("epc", epc, (b"3074257BF7194E4000001A85", b"4oARkaUDAGXybMv_"))


def _stream(make: Callable, *, most: int) -> Callable[[bytes], None]:
    """The first byte says into how large pieces the rest is cut; that changes nothing."""

    def run(payload: bytes) -> None:
        stream, one, other = payload[1:], make(), make()
        whole = one.feed(stream)
        assert in_pieces(other, stream, 1 + sum(payload[:1]) % 7) == whole
        assert kept(one) <= most
        for each in whole:
            assert isinstance(each, Card | Garbage | bytes)
            assert len(getattr(each, "uid", getattr(each, "raw", b""))) <= most

    return run


def _line(*read: Callable) -> Callable[[bytes], None]:
    def run(payload: bytes) -> None:
        line = payload.decode(errors="replace")
        for each in read:
            no_longer(each(line), payload)

    return run


def unproven(payload: bytes) -> None:
    """Without the lab's key, nothing that can be said is a genuine card."""
    sun.opened(payload[:16], key=bytes(16))
    assert sun.proven(payload[:16], payload[16:], meta_key=bytes(16), file_key=_key) is None


def _key(_uid: bytes) -> bytes:
    return b"a key of the lab"


def epc(payload: bytes) -> None:
    for read in (tags.epc_of_hex, tags.epc_of_base64):
        found = refused(lambda told, read=read: read(told.decode(errors="replace")), BadPayload)(payload)
        assert found is None or len(found) <= 2 * tags.LONGEST

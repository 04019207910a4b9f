"""A serial line by its address: it comes, goes, and never waits for anybody."""

import select
import termios
import time
from pathlib import Path

import pytest

from firmware_bridge.links.serial import IN_ONE_GO, Lost, Wire
from tests.firmware_bridge.ports import Plug, tcp_line

FILES = Path("/proc/self/fd")


@pytest.fixture
def plug(tmp_path):
    made = Plug(tmp_path / "tty")
    yield made
    made.pull()


@pytest.fixture
def wire(plug):
    made = Wire(str(plug.path), baud=9600)
    made.open()
    yield made
    made.close()


def arrived(wire, seconds=30.0) -> bytes:
    select.select([wire.fileno()], [], [], seconds)
    return wire.read()


def test_bytes_go_both_ways(plug, wire):
    plug.say(b"\x02\x00\xff\r\n")
    wire.write(b"?\x03\n")

    assert arrived(wire) == b"\x02\x00\xff\r\n"
    assert plug.hear(30) == b"?\x03\n"


def test_reading_never_waits(wire):
    began = time.monotonic()

    assert {wire.read() for _ in range(1_000)} == {b""}
    assert time.monotonic() - began < 60  # were it to wait but a tenth of a second, these would be a hundred


def test_a_flood_is_read_in_bounded_pieces(plug, wire):
    plug.say(b"x" * 4000)

    assert 0 < len(arrived(wire)) <= IN_ONE_GO


def test_a_line_that_nobody_empties_is_given_up(plug, wire):
    with pytest.raises(Lost, match="timeout"):
        wire.write(b"x" * 400_000)


def test_an_unplugged_line_says_so(plug, wire):
    plug.pull()

    with pytest.raises(Lost):
        arrived(wire)
    wire.close()
    assert (wire.is_open, wire.fileno()) == (False, None)
    with pytest.raises(Lost):
        wire.open()


def test_it_is_opened_again_under_its_name(plug, wire):
    plug.pull()
    plug.insert()
    wire.open()
    plug.say(b"back")

    assert arrived(wire) == b"back"


def test_nobody_else_may_open_it(plug, wire):
    with pytest.raises(Lost, match="lock"):
        Wire(str(plug.path), baud=9600).open()


def test_leaving_does_not_restart_the_electronics(plug, wire):
    assert not termios.tcgetattr(wire.fileno())[2] & termios.HUPCL


def test_a_line_behind_tcp():
    with tcp_line() as (url, accepted):
        wire = Wire(url, baud=9600)
        wire.open()
        peer = accepted()
        peer.sendall(b"<Idle>\n")
        assert arrived(wire) == b"<Idle>\n"

        peer.close()
        with pytest.raises(Lost):
            arrived(wire)


def test_a_loop_has_no_descriptor_and_speaks_to_itself():
    wire = Wire("loop://", baud=9600)
    wire.open()
    wire.write(b"echo")

    assert (wire.fileno(), wire.read()) == (None, b"echo")


@pytest.mark.parametrize(
    "address", ["/dev/there-is-none", "/etc/hostname", "socket://127.0.0.1:1", "gopher://x", ""]
)
def test_what_is_no_line_is_lost(address):
    with pytest.raises(Lost):
        Wire(address, baud=9600).open()


def test_descriptors_are_given_back(plug, wire):
    def held():
        """How often this process has the line open; what else it has comes and goes."""
        return sum(file.exists() and file.samefile(plug.path) for file in FILES.iterdir())

    for _ in range(20):
        wire.open()

    assert held() == 1

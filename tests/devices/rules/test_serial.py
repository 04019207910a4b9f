"""What may stand in the address and the options of a serial line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rules.serial import KINDS, LONGEST_URL, BadLine, kind_of, read_name, read_options, read_url


@pytest.mark.parametrize(
    "url",
    [
        "/dev/ttyUSB0",
        "/dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0",
        "socket://10.0.0.7:4001",
        "socket://[fe80::1]:4001/",
        "rfc2217://serial.lab:2217",
        "hwgrep://0403:6001",
        "loop://",
    ],
)
def test_addresses_of_lines(url):
    assert read_url(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "", "/", "ttyUSB0", "COM3", "spy:///dev/ttyUSB0?file=/etc/passwd", "alt:///dev/ttyUSB0?class=os.system",
        "socket://10.0.0.7", "socket://:4001", "socket://me:secret@10.0.0.7:4001", "socket://h:99999",
        "socket://h:1/logging=debug", "/dev/tty USB0", "/dev/tty\nUSB0", "/" + "x" * LONGEST_URL,
    ],
)  # fmt: skip
def test_what_is_no_address(url):
    with pytest.raises(BadLine) as bad:
        read_url(url)
    assert bad.value.fault == "url"


def test_options_are_those_of_the_kind_and_usual_unless_told():
    assert read_options(kind_of("rdm6300"), "") == {"baud": 9600, "hold": 1}
    assert read_options(kind_of("wiegand"), "form=decimal & hold=0.5") == {
        "baud": 9600, "hold": 0.5, "form": "decimal",
    }  # fmt: skip
    assert read_options(kind_of("osdp"), "address=7&baud=115200") == {
        "baud": 115200,
        "address": 7,
        "output": 0,
    }


@pytest.mark.parametrize(
    ("kind", "options", "fault", "what"),
    [
        ("rdm6300", "address=1", "option", "address"),
        ("osdp", "key=00112233", "option", "key"),
        ("osdp", "address=127", "value", "address"),
        ("osdp", "address=1.5", "value", "address"),
        ("osdp", "address=1&address=2", "twice", "address"),
        ("grbl", "poll=0.1", "value", "poll"),
        ("grbl", "poll=often", "value", "poll"),
        ("grbl", "poll=1e0", "value", "poll"),
        ("wiegand", "form=morse", "value", "form"),
        ("wiegand", "baud", "value", "baud"),
    ],
)
def test_an_option_that_cannot_be_is_named(kind, options, fault, what):
    with pytest.raises(BadLine) as bad:
        read_options(kind_of(kind), options)
    assert (bad.value.fault, bad.value.what) == (fault, what)


def test_a_kind_that_there_is_not_is_told_which_there_are():
    with pytest.raises(BadLine, match="barcode: rdm6300, wiegand, osdp, grbl, marlin"):
        kind_of("barcode")


@pytest.mark.parametrize("name", ["", "Door", "a_b", "-a", "a" * 64, "a\n"])
def test_what_is_no_name(name):
    with pytest.raises(BadLine):
        read_name(name)


@given(kind=st.sampled_from(list(KINDS.values())), text=st.text("baudres=&.0123456789 holdpf", max_size=40))
def test_any_text_is_options_or_a_refusal(kind, text):
    try:
        options = read_options(kind, text)
    except BadLine:
        return
    assert options.keys() == kind.options.keys()
    assert all(option.read(str(options[name])) == options[name] for name, option in kind.options.items())

"""EPCs of GS1's schemes are told in its words; any other stays the hex that it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.epc import Epc, decoded


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        (
            "3074257BF7194E4000001A85",
            Epc("SGTIN", "urn:epc:id:sgtin:0614141.812345.6789", "0614141", "812345", "6789"),
        ),
        ("325401388000000000000001", Epc("SGLN", "urn:epc:id:sgln:0020000.00000.1", "0020000", "00000", "1")),
        ("341401388000000000000001", Epc("GIAI", "urn:epc:id:giai:0020000.1", "0020000", "", "1")),
        (
            "3114257BF4499602D2000000",
            Epc("SSCC", "urn:epc:id:sscc:0614141.1234567890", "0614141", "", "1234567890"),
        ),
        ("334400000000000000000000", Epc("GRAI", "urn:epc:id:grai:00000000000.0.0", "00000000000", "0", "0")),
    ],
)
def test_what_an_epc_says(code, meant):
    assert decoded(code) == meant


@pytest.mark.parametrize(
    "code",
    ["7EDA9038051002710002C0AE", "E2801191A5030065F26CCBFF", "", "30", "3" + "F" * 23, "2F" + "0" * 22, "zz"],
)
def test_a_number_of_nobodys_scheme_stays_hex(code):
    assert decoded(code) is None


@given(st.binary(max_size=62))
def test_no_tag_can_break_the_page(raw):
    found = decoded(raw.hex().upper())
    assert found is None or found.uri.startswith("urn:epc:id:")

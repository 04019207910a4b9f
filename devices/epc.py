"""What an EPC says, as GS1's Tag Data Standard writes it: scheme, company prefix, serial number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from epcpy.utils.common import ConvertException
from epcpy.utils.parsers import hex_to_tag_encodable

MOST = 20_000  # decoded ones that are remembered; one takes a quarter of a millisecond
# Parts of a URI, of which the last may hold dots; else three.
PARTS = {"giai": 2, "sscc": 2, "gsrn": 2, "gsrnp": 2, "usdod": 2, "itip": 5}


@dataclass(frozen=True, slots=True)
class Epc:
    """`company` is the GS1 company prefix (or who else gave the number out), `item` what lies between."""

    scheme: str
    uri: str
    company: str
    item: str
    serial: str


@lru_cache(maxsize=MOST)
def decoded(code: str) -> Epc | None:
    """The EPC of these hex digits; None for one of no scheme of GS1's, or a spoilt one."""
    try:
        uri = hex_to_tag_encodable(code).epc_uri
    except (ConvertException, ValueError, KeyError, IndexError, OverflowError):
        return None
    *_, scheme, rest = uri.split(":", 4)
    company, *item, serial = rest.split(".", PARTS.get(scheme, 3) - 1)
    return Epc(scheme.upper(), uri, company, ".".join(item), serial)

"""Why a message could not be read, as one of a few codes: what a page counts, explains and filters by.

A reason names what is wrong in the message's own words, so there are as many as a sender
likes; codes are few.
"""

from __future__ import annotations

import re

OTHER = "value"

# In this order: the first that fits is the one.
_CODES = (
    ("unknown", r"no family reads this topic"),
    ("paths", r"none of the mapping's paths"),
    ("state", r".* has a state that the mapping does not know"),
    ("name", r"the topic holds no device name|the topic is none of ours|no name is free for this device"),
    ("cut", r"the broker hung up"),
    ("large", r"larger than|the compressed payload is too large"),
    ("newcomers", r"too many new devices"),
    ("channels", r"a device has at most|more than \d+ [cvp]|.* has more than \d+ values"),
    ("memory", r"more than can be remembered"),
    ("flood", r"too many (?:taps|messages) at once"),
    ("undescribed", r"not described yet|the description has no|the announcement tells no"),
    ("template", r"a template|.*template is more than we read"),
    ("failed", r"the decoder failed|it could not be handled"),
    ("database", r"the database did not take it"),
    ("encoding", r"not UTF-8|.* has characters that can't be shown"),
    ("json", r"not JSON|not a JSON object|not made of JSON objects|nested too deeply"),
    ("binary", r"not a protobuf|the protobuf is|not a Sparkplug|the compressed payload"),
    ("number", r".*(is not a number|is out of range|is not numbers|not numbers|not two numbers)"),
)
CODES = (*(code for code, _ in _CODES), OTHER)
_KNOWN = re.compile("|".join(f"(?P<{code}>{pattern})" for code, pattern in _CODES), re.DOTALL)


def code_of(reason: str) -> str:
    """The code of a reason; `value` for whatever else a message may hold."""
    found = _KNOWN.match(reason)
    return (found.lastgroup or OTHER) if found else OTHER

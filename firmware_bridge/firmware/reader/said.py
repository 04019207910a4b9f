"""JSON whose times keep their digits: a board's floats would round today's Unix time to two minutes."""

import json
import re

SLACK = 30  # seconds
_EXPIRES = re.compile(r'"expires": *([0-9]+)')


def said(facts, at_ms=None):
    """An object as bytes; `at_ms` becomes `at` in seconds."""
    body = json.dumps(facts)
    if at_ms is None:
        return body.encode()
    return ("%s%s%s}" % (body[:-1], ", " if facts else "", _at(at_ms))).encode()


def said_log(number, events, now_ms):
    """A log of (facts, at in ms); `now` tells what the clock says while it is sent."""
    told = ",".join(said(facts, at).decode() for facts, at in events)
    now = "%d.%03d" % divmod(now_ms, 1000)
    return ('{"id":"%s","now":%s,"events":[%s]}' % (number, now, told)).encode()


def expired(payload, now):
    """Is the command's time over, for a clock that may be a little off? One that names no end is over."""
    found = _EXPIRES.search(payload.decode())
    return found is None or now > int(found.group(1)) + SLACK


def _at(at_ms):
    return '"at": %d.%03d' % divmod(at_ms, 1000)

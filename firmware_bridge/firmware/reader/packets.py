"""MQTT 3.1.1 packets, as much of it as a reader needs: bytes in and out, no network."""

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 2, 3, 4, 9, 13
PING, DISCONNECT = b"\xc0\x00", b"\xe0\x00"
LARGEST = 72 * 1024
QOS1 = 2


def connect(client_id, username, password, keepalive, will):
    """`will` is (topic, payload): published, retained, when we vanish. A session is begun anew."""
    flags = 0x80 | 0x40 | 0x20 | 0x08 | 0x04 | 0x02  # name, password, will: retained, QoS 1; clean session
    body = _text("MQTT") + bytes((4, flags)) + keepalive.to_bytes(2, "big")
    for word in (client_id, will[0], will[1], username, password):
        body += _text(word)
    return _framed(0x10, body)


def publish(topic, payload, mid, retain=False, again=False):
    """With QoS 1, or 0 when `mid` is 0."""
    flags = 0x30 | (8 if again else 0) | (QOS1 if mid else 0) | (1 if retain else 0)
    return _framed(flags, _text(topic) + (mid.to_bytes(2, "big") if mid else b""), payload)


def puback(mid):
    return b"\x40\x02" + mid.to_bytes(2, "big")


def subscribe(topics, mid):
    return _framed(0x82, mid.to_bytes(2, "big") + b"".join(_text(topic) + b"\x01" for topic in topics))


def published(flags, body):
    """(topic, payload, packet id or 0, retained) of a PUBLISH."""
    end = 2 + int.from_bytes(body[:2], "big")
    topic, mid = bytes(body[2:end]).decode(), 0
    if flags & 6:
        mid, end = int.from_bytes(body[end : end + 2], "big"), end + 2
    return topic, bytes(body[end:]), mid, bool(flags & 1)


async def read(stream):
    """(kind, flags, body) of the next packet.

    Raises:
        OSError: the connection is over, or brings what is no packet of ours.
    """
    head = await _exactly(stream, 1)
    length = shift = 0
    while True:
        byte = (await _exactly(stream, 1))[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
        if shift > 21:
            raise OSError("no MQTT")
    if length > LARGEST:
        raise OSError("too large a packet")
    return head[0] >> 4, head[0] & 15, await _exactly(stream, length)


async def _exactly(stream, count):
    try:
        return await stream.readexactly(count) if count else b""
    except EOFError:
        raise OSError("the broker hung up")


def _text(word):
    raw = word if isinstance(word, bytes) else word.encode()
    return len(raw).to_bytes(2, "big") + raw


def _framed(first, body, payload=b""):
    length, head = len(body) + len(payload), bytearray((first,))
    while True:
        head.append(length & 0x7F | (0x80 if length > 0x7F else 0))
        length >>= 7
        if not length:
            return bytes(head) + body + payload

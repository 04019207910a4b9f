"""PN532 over I²C or UART: the UID of a card in the field (NXP UM0701-02)."""

import asyncio

ADDRESS = 0x24
ACK = b"\x00\x00\xff\x00\xff\x00"
WAKE = b"\x55\x55" + bytes(14)
CONFIGURE_SAM = b"\x14\x01\x00\x00"  # normal mode, no time-out, no interrupt
FEW_RETRIES = b"\x32\x05\xff\x01\x02"  # answer soon when there is no card
LIST_ONE_TYPE_A = b"\x4a\x01\x00"
LONGEST = 40
PATIENCE = 100  # tries of 10 ms


class Pn532:
    """`port` writes bytes and reads what has come; one of the classes below."""

    def __init__(self, port):
        self._port = port
        self._set_up = False

    async def read(self):
        """The UID of the card in the field as hex; None without one.

        Raises:
            OSError: the chip does not answer; the next read sets it up anew.
        """
        try:
            if not self._set_up:
                self._port.wake()
                for command in (CONFIGURE_SAM, FEW_RETRIES):
                    await self._ask(command)
                self._set_up = True
            return uid_of(await self._ask(LIST_ONE_TYPE_A))
        except OSError:
            self._set_up = False
            raise

    async def _ask(self, command):
        """What the chip answers, without its head."""
        self._port.write(framed(command))
        heard, answer_code = b"", command[0] + 1
        for _ in range(PATIENCE):
            heard = (heard + self._port.read())[-4 * LONGEST :]
            for answer in unframed(heard):
                if answer[:1] == bytes((answer_code,)):
                    return answer[1:]
            await asyncio.sleep(0.01)
        raise OSError("no answer from the PN532")


class I2cPort:
    """The chip says by a bit whether it has something to say; each reading begins with that."""

    def __init__(self, i2c):
        self._i2c = i2c

    def wake(self):
        try:
            self._i2c.writeto(ADDRESS, b"\x00")  # asleep, it takes no first word
        except OSError:
            pass

    def write(self, raw):
        self._i2c.writeto(ADDRESS, raw)

    def read(self):
        if not self._i2c.readfrom(ADDRESS, 1)[0] & 1:
            return b""
        return self._i2c.readfrom(ADDRESS, LONGEST)[1:]


class UartPort:
    """115,200 baud; what has come is read, whole or not."""

    def __init__(self, uart):
        self._uart = uart

    def wake(self):
        self._uart.write(WAKE)

    def write(self, raw):
        self._uart.write(raw)

    def read(self):
        return self._uart.read() or b""


def framed(command):
    """Host to chip: preamble, length and its complement, direction, command, complement of the sum."""
    body = b"\xd4" + command
    return b"\x00\x00\xff" + bytes((len(body), -len(body) & 0xFF)) + body + bytes((-sum(body) & 0xFF, 0))


def unframed(heard):
    """The answers in what was heard, code first; acknowledgements and noise are passed over."""
    found, at = [], heard.find(b"\x00\xff")
    while at >= 0:
        length = heard[at + 2] if at + 2 < len(heard) else 0
        body = heard[at + 4 : at + 4 + length]
        whole = length > 1 and len(heard) > at + 4 + length and not (length + heard[at + 3]) & 0xFF
        if whole and body[0] == 0xD5 and not (sum(body) + heard[at + 4 + length]) & 0xFF:
            found.append(bytes(body[1:]))
            at += 3 + length
        at = heard.find(b"\x00\xff", at + 1)
    return found


def uid_of(listed):
    """The UID as hex in an answer to InListPassiveTarget; None for no card or one that is cut off."""
    if len(listed) < 6 or listed[0] != 1:
        return None
    uid = listed[6 : 6 + listed[5]]
    return (
        "".join("%02X" % byte for byte in uid) if listed[5] in (4, 7, 10) and len(uid) == listed[5] else None
    )

"""Card modules made of their data sheets: what a driver says on the bus, they answer."""

ACK = b"\x00\x00\xff\x00\xff\x00"


class Pn532Chip:
    """The part of UM0701-02 that a reader uses; `card` is the UID in its field."""

    def __init__(self, card=b""):
        self.card, self.asleep, self.commands, self.out = card, True, [], b""

    def hear(self, raw):
        if self.asleep:
            self.asleep = False
            return
        at = raw.index(b"\x00\xff") + 2
        length, body = raw[at], raw[at + 2 : at + 2 + raw[at]]
        assert (length + raw[at + 1]) & 0xFF == 0
        assert (sum(body) + raw[at + 2 + length]) & 0xFF == 0
        assert body[0] == 0xD4
        self.commands.append(body[1])
        self.out += ACK + self._frame(bytes((0xD5, body[1] + 1)) + self._answer(body[1:]))

    def _answer(self, command):
        if command[0] == 0x4A:
            assert command == b"\x4a\x01\x00"
            return b"\x01\x01\x00\x44\x00" + bytes((len(self.card),)) + self.card if self.card else b"\x00"
        assert command in (b"\x14\x01\x00\x00", b"\x32\x05\xff\x01\x02")
        return b""

    @staticmethod
    def _frame(body):
        return b"\x00\x00\xff" + bytes((len(body), -len(body) & 0xFF)) + body + bytes((-sum(body) & 0xFF, 0))


class I2cBus:
    """A bus with the chip at 0x24; the acknowledgement and the answer are read one after the other."""

    def __init__(self, chip):
        self.chip = chip

    def writeto(self, address, raw):
        if address != 0x24:
            raise OSError("no such device")
        self.chip.hear(raw)

    def readfrom(self, address, count):
        ready = bool(self.chip.out)
        if count == 1 or not ready:
            return bytes((ready,)) + bytes(count - 1)
        length = len(ACK) if self.chip.out.startswith(ACK) else len(self.chip.out)
        frame, self.chip.out = self.chip.out[:length], self.chip.out[length:]
        return (b"\x01" + frame + bytes(count))[:count]


class Uart:
    """A serial line that brings a few bytes at a time."""

    def __init__(self, chip, piece=3):
        self.chip, self.piece = chip, piece

    def write(self, raw):
        self.chip.hear(raw)

    def read(self):
        some, self.chip.out = self.chip.out[: self.piece], self.chip.out[self.piece :]
        return some or None


class Rc522Chip:
    """Registers, FIFO and an ISO 14443-3 card behind them; `uid` of 4, 7 or 10 bytes, or none."""

    def __init__(self, uid=b"", version=0x92):
        self.uid, self.registers, self.fifo = uid, {0x37: version}, b""
        self.halted, self.chosen, self._address = False, b"", None

    # The SPI side: an address byte, then one value.
    def select(self, on):
        self._address = None

    def write(self, raw):
        for byte in raw:
            if self._address is None:
                self._address = byte
            elif not self._address & 0x80:
                self._put(self._address >> 1, byte)

    def read(self, count):
        assert count == 1
        register = self._address >> 1 & 0x3F
        if register == 0x09:
            byte, self.fifo = self.fifo[:1], self.fifo[1:]
            return byte or b"\x00"
        return bytes((len(self.fifo) if register == 0x0A else self.registers.get(register, 0),))

    def _put(self, register, value):
        if register == 0x09:
            self.fifo += bytes((value,))
        elif register == 0x0A and value & 0x80:
            self.fifo = b""
        elif register == 0x04:
            self.registers[0x04] = 0
        else:
            self.registers[register] = value
        if register == 0x0D and value & 0x80 and self.registers.get(0x01) == 0x0C:
            self._transceive(value & 7)

    def _transceive(self, bits):
        sent, self.fifo = self.fifo, b""
        answer = self._card(sent, bits) if self.uid and self.registers.get(0x14, 0) & 3 == 3 else b""
        self.fifo, self.registers[0x04] = answer, 0x30 if answer else 0x01

    def _card(self, sent, bits):
        if sent == b"\x52" and bits == 7:
            self.halted, self.chosen = False, b""
            return b"\x44\x00"
        if self.halted:
            return b""
        parts = self._parts()
        level = {0x93: 0, 0x95: 1, 0x97: 2}.get(sent[0])
        if level is not None and level < len(parts):
            part = parts[level] + bytes((_xor(parts[level]),))
            if sent[1:] == b"\x20":
                return part
            if sent[1:2] == b"\x70" and sent[2:7] == part and sent[7:] == crc_a(sent[:7]):
                sak = bytes((0x04 if level + 1 < len(parts) else 0x20,))
                return sak + crc_a(sak)
        if sent == b"\x50\x00" + crc_a(b"\x50\x00"):
            self.halted = True
        return b""

    def _parts(self):
        uid, parts = self.uid, []
        while len(uid) > 4:
            parts.append(b"\x88" + uid[:3])
            uid = uid[3:]
        parts.append(uid)
        return parts


def _xor(raw):
    total = 0
    for byte in raw:
        total ^= byte
    return total


def crc_a(raw):
    """Bit by bit, as ISO/IEC 14443-3 annex B writes it."""
    crc = 0x6363
    for byte in raw:
        for bit in range(8):
            carry = (crc ^ byte >> bit) & 1
            crc = crc >> 1 ^ (0x8408 if carry else 0)
    return crc.to_bytes(2, "little")

"""What time it is: the board's uptime on a time that a server told, or a time that it is not before."""

import asyncio
import socket
import time

from reader import files

EPOCH = 2_208_988_800  # of NTP, in Unix seconds, negated
JUMP_MS = 5_000  # more than a crystal loses between two hours; asked twice before it is believed
LONG_MS = 3_600_000
MOST_DRIFT = 500  # parts per million; beyond that it was no drift
BETWEEN_FLOORS_MS = 600_000
FRESH_MS = 6 * LONG_MS  # after that the crystal may be seconds off


class Clock:
    """`uptime()` gives the board's milliseconds since it started; they only go forward."""

    def __init__(self, uptime, folder="."):
        self.uptime, self.trusted = uptime, False
        self.drift = 0  # how many milliseconds a million of ours really are, less a million
        self.error_ms = 0  # found at the last comparison
        self._path = folder + "/clock.floor"
        self._base = files.number(self._path) - uptime()
        self._synced_at = None
        self._doubt = None
        self._floor = self.now_ms()

    def now_ms(self):
        return self._base + self.uptime()

    def now(self):
        return self.now_ms() // 1000

    def stamp(self):
        """The time, if it is good enough for the server to judge a tap by; else None."""
        fresh = self._synced_at is not None and self.uptime() - self._synced_at < FRESH_MS
        return self.now_ms() if fresh else None

    def set(self, unix_ms):
        """Take a server's time; whether it was believed: a jump only when the next answer says it again."""
        up, error = self.uptime(), unix_ms - self.now_ms()
        if self.trusted and abs(error) > JUMP_MS:
            doubt, self._doubt = self._doubt, error
            if doubt is None or abs(doubt - error) > JUMP_MS:
                return False
        elif self._synced_at is not None and up - self._synced_at > LONG_MS:
            drift = error * 1_000_000 // (up - self._synced_at)
            self.drift = drift if abs(drift) <= MOST_DRIFT else 0
        self.error_ms = error if self.trusted else 0
        self._doubt, self._synced_at, self.trusted = None, up, True
        self._base = unix_ms - up
        self.keep(now=True)
        return True

    def not_before(self, unix):
        """Something signed was made at this second: it is not earlier than that."""
        if not self.trusted and unix > self.now():
            self._base = unix * 1000 - self.uptime()

    def when(self, up):
        """The Unix milliseconds at which the uptime was `up`, by what the clock knows now."""
        passed = self.uptime() - up
        return self.now_ms() - passed - passed * self.drift // 1_000_000

    def keep(self, now=False):
        """Write the time down once in a while: after a power cut it is at least that late."""
        if now or self.now_ms() - self._floor > BETWEEN_FLOORS_MS:
            self._floor = self.now_ms()
            files.replace(self._path, b"%d" % self._floor)


async def ask(server, patience_ms=2_000):
    """Unix milliseconds from an SNTP server, (host, port); None when it says nothing that can be used."""
    asked = time.ticks_ms()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        question = (
            b"\x23" + bytes(39) + asked.to_bytes(8, "big")
        )  # version 4, a client; a cookie to come back
        sock.sendto(question, socket.getaddrinfo(*server)[0][-1])
        while time.ticks_diff(time.ticks_ms(), asked) < patience_ms:
            try:
                answer = sock.recv(128)
            except OSError:
                await asyncio.sleep(0.01)
                continue
            told = _told(answer, question[40:])
            if told is not None:
                return told + time.ticks_diff(time.ticks_ms(), asked) // 2
    except OSError:
        pass
    finally:
        sock.close()
    return None


def _told(answer, cookie):
    if len(answer) < 48 or answer[0] & 7 != 4 or not 0 < answer[1] < 16 or answer[24:32] != cookie:
        return None
    seconds, part = int.from_bytes(answer[40:44], "big"), int.from_bytes(answer[44:48], "big")
    seconds += 0 if seconds & 0x80000000 else 1 << 32  # NTP counts from 1900 and begins again in 2036
    return (seconds - EPOCH) * 1000 + (part * 1000 >> 32)

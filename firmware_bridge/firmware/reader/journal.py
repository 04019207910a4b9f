"""What the reader decided alone, on flash until the server has it: append only, bounded, whole after a crash.

A line is a checksum and a JSON object with its number. A second file, replaced as a whole, tells what the
server has noted; it also keeps numbers from being used twice.
"""

import json
import os
from binascii import crc32

from reader import files

MOST_BYTES = 400 * 1024
ROOM_FOR_REFUSALS = MOST_BYTES * 3 // 4  # whoever plays with cards can't use up the room of passages


class Journal:
    """Numbered records, the oldest first; `dropped` refusals found no room."""

    def __init__(self, folder="."):
        self._path, self._noted_path = folder + "/events.log", folder + "/events.noted"
        self.noted = files.number(self._noted_path)
        self.dropped = 0
        self._size = 0
        self._waiting = []  # (number, offset)
        self.last = self.noted
        self._scan()

    def __len__(self):
        return len(self._waiting)

    def append(self, record, granted):
        """Write a record down before anything moves; whether there was room for it."""
        if self._size > (MOST_BYTES if granted else ROOM_FOR_REFUSALS):
            self.dropped += 1
            return False
        number = self.last + 1
        record["n"] = number
        body = json.dumps(record).encode()
        line = b"%08x %s\n" % (crc32(body), body)
        with open(self._path, "ab") as file:
            file.write(line)
            file.flush()
        self._waiting.append((number, self._size))
        self._size += len(line)
        self.last = number
        return True

    def oldest(self, most):
        """Up to `most` records that the server has not noted yet."""
        records = []
        with_offsets = self._waiting[:most]
        if with_offsets:
            with open(self._path, "rb") as file:
                for _number, offset in with_offsets:
                    file.seek(offset)
                    records.append(_record(file.readline()))
        return records

    def forget(self, number):
        """The server has every record up to this number."""
        if number <= self.noted:
            return
        files.replace(self._noted_path, b"%d" % number)
        self.noted = number
        self._waiting = [place for place in self._waiting if place[0] > number]
        if not self._waiting:
            files.remove(self._path)
            self._size = 0

    def _scan(self):
        """Find what a former life left: a line torn by its end is cut off, a spoilt one passed over."""
        whole, torn = 0, b""
        try:
            file = open(self._path, "rb")
        except OSError:
            return
        with file:
            while line := file.readline():
                if line[-1:] != b"\n":
                    torn = line
                    break
                record = _record(line)
                if record is not None and record["n"] > self.last:
                    self._waiting.append((record["n"], whole))
                    self.last = record["n"]
                whole += len(line)
        self._size = whole
        if not self._waiting:
            files.remove(self._path)
            self._size = 0
        elif torn:
            self._cut(whole)

    def _cut(self, whole):
        with open(self._path, "rb") as file, open(self._path + ".new", "wb") as new:
            while whole:
                part = file.read(min(whole, 4096))
                new.write(part)
                whole -= len(part)
        os.rename(self._path + ".new", self._path)


def _record(line):
    """The record of a line; None when it is not whole."""
    try:
        if int(line[:8], 16) != crc32(line[9:-1]):
            return None
        return json.loads(line[9:-1])
    except ValueError:
        return None

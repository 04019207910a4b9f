"""The hardware behind one small set of verbs, so that the same reader runs on a chip and on a desk.

A board has: `folder` for files, `uptime()` in ms, `beat` (uptime when cards were last looked for), `pause`
between two cards in seconds; `time_ms()`, the Unix time if it kept one; `relay(on)`, `busy()`, `online()`,
`show(light, lines)`, `feed()` the watchdog, `restart()`; and to wait for: `start()`, and `card()`, which
gives the hex UID of a card that has just come.
"""

import sys


def pick(config):
    if sys.platform == "esp32":
        from reader.boards.esp32 import Board
    else:
        from reader.boards.desk import Board
    return Board(config)

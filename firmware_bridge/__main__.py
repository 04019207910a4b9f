"""`python -m firmware_bridge [doors|telemetry]`, both when none is named; `replay` decodes letters again.

`migrate` sends what the store holds to INFLUX_URL, with --again what has gone already, too.

`ask` answers one question of the web, JSON on standard input, JSON on standard output.
`serial` serves the serial ports of the device table, `--serial URL --as KIND:DEVICE` the one that is named.
"""

import os
import signal
import sys

import django

USAGE = (
    "usage: python -m firmware_bridge [doors | telemetry | replay | serial | --serial URL --as KIND:DEVICE]"
)
HELP = f"""{USAGE}

  doors               taps, acknowledgements, readers' logs and their lists
  telemetry           readings and everything else that devices say
  (neither)           both in one process
  serial              the serial lines of the device table
  replay              decode the dead letters again
  migrate [--again]   send what the telemetry store holds to INFLUX_URL; again what has gone already, too
  --serial URL --as KIND:DEVICE
                      one serial line: /dev/ttyUSB0, socket://host:port, rfc2217://…, hwgrep://…, loop://
                      as rdm6300, wiegand, osdp, grbl or marlin, such as osdp:door-fablab?address=1;
                      with --install an OSDP reader is given its first key"""
AGAIN = ["migrate", "--again"]
NAMES = ("doors", "telemetry", "replay", "migrate", "serial", "ask")


def main(words: list[str]) -> int:
    if words in (["-h"], ["--help"]):
        print(HELP)  # noqa: T201
        return 0
    one_line = any(word.startswith("--serial") for word in words)
    if not one_line and words != AGAIN and (len(words) > 1 or (words and words[0] not in NAMES)):
        print(USAGE, file=sys.stderr)  # noqa: T201
        return 2
    if words == ["ask"]:
        return _ask()
    if words[:1] == ["migrate"]:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing has begun yet
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")
    django.setup()
    if one_line or words == ["serial"]:
        return _serial(words if one_line else [])
    return _others(words)


def _ask() -> int:
    """Without Django: it is slow to start, and what is asked needs the telemetry store only."""
    from firmware_bridge.answers import answer

    print(answer(sys.stdin.read()))  # noqa: T201
    return 0


def _others(words: list[str]) -> int:
    from firmware_bridge import runner  # models can be imported only now

    if words[:1] == ["migrate"]:
        return runner.migrate_history(again=words == AGAIN)
    if words == ["replay"]:
        print(runner.replay_all())  # noqa: T201
    else:
        runner.run(words or ["doors", "telemetry"])
    return 0


def _serial(words: list[str]) -> int:
    """One line, by these words, or those of the device table; nobody else pays for what they need."""
    from firmware_bridge import serial_runner

    return serial_runner.main(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m firmware_bridge [doors|telemetry]`, both when none is named; `replay` decodes letters again."""

import os
import sys

import django

USAGE = "usage: python -m firmware_bridge [doors | telemetry | replay]"


def main(words: list[str]) -> int:
    if len(words) > 1 or (words and words[0] not in ("doors", "telemetry", "replay")):
        print(USAGE, file=sys.stderr)  # noqa: T201
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")
    django.setup()
    from firmware_bridge import runner  # models can be imported only now

    if words == ["replay"]:
        print(runner.replay_all())  # noqa: T201
    else:
        runner.run(words or ["doors", "telemetry"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

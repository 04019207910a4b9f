"""A reader that knows nothing yet takes one line from its serial console: what the lab showed once."""

import json

from reader import files
from reader.settings import Settings

PATH = "reader.json"
WAITING = "reader: waiting for the line that the lab showed (JSON, then Enter)"


def kept():
    """What the reader was told; None for a new one, or when its file is cut or can't be understood."""
    try:
        with open(PATH) as file:
            return _understood(file.read())
    except (OSError, UnicodeError):
        return None


def learn(stream, say):
    """Read lines until one is whole, and keep it; whatever else is typed is answered and forgotten."""
    say(WAITING)
    while True:
        line = stream.readline()
        if not line:
            raise EOFError("the console was closed")
        if not line.strip():
            continue
        config = _understood(line)
        if config is None:
            say("reader: that is not the whole line, send it again")  # never what it was: it holds secrets
            continue
        files.replace(PATH, line.strip().encode())
        say("%s: ok" % config.name)
        return config


def _understood(line):
    try:
        config = Settings(json.loads(line))
        config.tls_context()
        return config
    except (ValueError, KeyError, TypeError, AttributeError, OSError, IndexError):
        return None

"""Which edition of the decoders this is: a dead letter of another one may be understood now."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

_FOLDERS = ("profiles", "wire")


@cache
def edition() -> str:
    """Eight hex digits that change whenever the code that decodes does."""
    seal = blake2b(digest_size=4)
    home = Path(__file__).parent.parent
    for folder in _FOLDERS:
        for path in sorted((home / folder).glob("*.py")):
            seal.update(path.name.encode() + path.read_bytes())
    return seal.hexdigest()

"""What only a demo keeps in clear: passwords, tokens and UIDs, in one private file for the simulator."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from lab.secrets import write_private

WORDS = (
    "rabot", "fraise", "etabli", "copeau", "laser", "antenne", "bobine", "engrenage", "filament", "rivet",
    "soudure", "compas", "equerre", "mandrin", "ressort", "poulie", "boulon", "cuivre", "balise", "capteur",
)  # fmt: skip
Facts = dict[str, Any]


def read(path: Path) -> Facts:
    """What was kept; nothing when the file is missing or broken, and then everything is issued again."""
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def keep(path: Path, facts: Facts) -> None:
    """Write the file if it says something else."""
    if read(path) != facts or path.stat().st_mode & 0o077:
        path.unlink(missing_ok=True)  # an existing file would keep its mode
        write_private(path, json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


def new_password() -> str:
    """Some 35 bits that a person can type; each demo has its own."""
    words = [secrets.choice(WORDS) for _ in range(3)]
    return "-".join([*words, str(secrets.randbelow(900_000) + 100_000)])


def new_uid() -> str:
    """Seven bytes of an NXP card, in hex."""
    return "04" + secrets.token_hex(6).upper()

"""Where things lie in the work tree."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "etabli"
LOG = STAMPS / "setup.log"
LOCALE = ROOT / "lab" / "locale"
ROOMS = ("lab", "devices", "booking", "firmware_bridge")

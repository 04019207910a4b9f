"""What leaves in a file that a spreadsheet opens."""

from __future__ import annotations

from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # with what a spreadsheet's formula may begin


def cell(value: Any) -> Any:
    """Text that a spreadsheet takes for text, whoever wrote it; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

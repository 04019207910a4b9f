"""Which place a new device most likely speaks for, by its name."""

from __future__ import annotations

from collections.abc import Iterable


def likely(name: str, places: Iterable[str]) -> str | None:
    """The longest of these slugs whose words stand one after the other in the name; None when none does."""
    words = name.split("-")
    fitting = [slug for slug in places if _within(slug.split("-"), words)]
    return max(fitting, key=lambda slug: (len(slug), slug), default=None)


def _within(wanted: list[str], words: list[str]) -> bool:
    spans = range(len(words) - len(wanted) + 1)
    return any(words[start : start + len(wanted)] == wanted for start in spans)

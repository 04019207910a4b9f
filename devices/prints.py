"""Keeps what readers know badges by."""

from __future__ import annotations

from devices.models import ReaderPrint
from lab.models import Badge


def learn_print(*, fingerprint: str, sealed: str) -> None:
    """Keep what readers know this badge by; only whoever has just read its UID can tell."""
    badge = Badge.objects.filter(fingerprint=fingerprint).select_related("reader_print").first()
    if badge is None:
        return
    known: ReaderPrint | None = getattr(badge, "reader_print", None)
    if known is None or known.sealed != sealed:
        ReaderPrint.objects.update_or_create(badge=badge, defaults={"sealed": sealed})

"""A refusal is a line of the log: only what failed is told with its traceback."""

from __future__ import annotations

import logging

FAILED = 500


class LineOnly(logging.Filter):
    """Drops the traceback of an answer that says no."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", FAILED) < FAILED:
            record.exc_info = record.exc_text = None
        return True

"""When somebody who did not badge out is no longer counted as in."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lab.calendar import Opening

AFTER_CLOSING = timedelta(minutes=30)  # to tidy up and go
AT_ANY_HOUR = timedelta(hours=12)  # after the last that was heard of them


def leaves_at(since: datetime, heard: datetime, any_hour: bool, opening: Opening, zone: ZoneInfo) -> datetime:
    """The moment from which nobody should be counted who came at `since` and was last heard of at `heard`.

    Half an hour after the closing that follows; where none does (who may stay at any hour, who came while it
    was closed, a zone that never closes) twelve hours after the last tap.
    """
    opened = None if any_hour or opening.always else opening.at(since, zone)
    if opened is None:
        return heard + AT_ANY_HOUR
    end = opened.end
    while (again := opening.at(end + AFTER_CLOSING, zone)) is not None and again.end > end:
        end = again.end  # a short break is no closing
    return max(end, heard) + AFTER_CLOSING

"""What templates ask about notices and calendars."""

from __future__ import annotations

from django import template

from booking.notices import Told, told
from booking.queries.notices import unread
from lab.models import Member

register = template.Library()
SHOWN = 4


@register.simple_tag
def newest_notices(member: Member) -> list[Told]:
    """The newest notices that the member has not read, a handful."""
    return told(unread(member)[:SHOWN])

"""Looking for members by what one remembers of them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from lab.models import Member

MOST_WORDS = 5


def found_members(text: str) -> QuerySet[Member]:
    """Everybody of whom each word is part of a name, the user name or the address; all for no word."""
    rows = Member.objects.filter(is_active=True)
    for word in text.replace("\0", "").split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
        )
    return rows.order_by("last_name", "first_name", "username")

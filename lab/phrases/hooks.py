"""How a webhook is doing, and what went wrong with a message, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.models import Delivery

TROUBLES = {
    "forbidden": gettext_lazy("the address lies in a network that webhooks may not reach"),
    "unknown_host": gettext_lazy("nobody knows a machine of this name"),
    "timeout": gettext_lazy("no answer in time"),
    "tls": gettext_lazy("no secure connection"),
    "unreachable": gettext_lazy("no connection"),
    "redirect": gettext_lazy("it answers with another address; give that one"),
}


def trouble(row: Delivery) -> str:
    """Why a message was not taken; empty when it was, or was not tried yet."""
    code, _colon, heard = row.error.partition(": ")
    if not code:
        return ""
    if code == "status":
        words = _("answered {status}: {text}") if heard else _("answered {status}")
        return words.format(status=row.status, text=heard)
    words = str(TROUBLES.get(code, code))
    return f"{words} ({heard})" if heard else words

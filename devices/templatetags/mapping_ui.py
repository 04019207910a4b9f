"""What templates ask about mappings."""

from __future__ import annotations

from django import template

from devices.rules.reasons import code_of
from devices.templatetags.letters_ui import code_name

register = template.Library()


@register.filter
def problem(reason: str) -> str:
    """Why a message gives nothing: its kind in a few words, and the reason that tells which value."""
    return f"{code_name(code_of(reason))} ({reason})"

"""Figures of accounts in templates."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django import template
from django.utils.formats import number_format

from booking import account_words
from booking.models import MaterialUse
from lab import times

register = template.Library()


@register.filter
def energy(watt_hours: float | None) -> str:
    return account_words.energy(watt_hours)


@register.filter
def in_credits(amount: Decimal | None) -> str:
    return "" if amount is None else account_words.in_credits(amount)


@register.filter
def minutes(number: int | None) -> str:
    """Minutes, from an hour on hours; a dash where no meter told any."""
    return "–" if number is None else times.duration(timedelta(minutes=number))


@register.filter
def amount(use: MaterialUse) -> str:
    """So much of it, with its unit."""
    shown = number_format(Decimal(format(use.amount.normalize(), "f")))
    return f"{shown}{times.NBSP}{use.material.unit}"

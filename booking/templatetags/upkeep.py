"""What templates say about maintenance."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from booking import said, upkeep_words
from booking.models import UpkeepPlan
from booking.queries.upkeep import Standings
from lab.templatetags.ui import state

register = template.Library()


@register.filter
def left(found: Standings) -> str:
    return upkeep_words.left(found.due)


@register.filter
def every(plan: UpkeepPlan) -> str:
    return upkeep_words.every(plan)


@register.filter
def hours(number: float | None) -> str:
    return "" if number is None else upkeep_words.hours(number)


@register.filter
def standing(found: Standings) -> SafeString:
    return state(f"upkeep_{found.due.standing}", "bare")


@register.filter
def for_what(plan: UpkeepPlan) -> str:
    """One resource, or a kind in the plural."""
    return plan.resource.label if plan.resource else str(said.KINDS[plan.kind])

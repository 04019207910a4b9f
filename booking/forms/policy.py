"""What a lab settles for all its bookings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Policy
from lab.forms.fields import DAY, Kept, LengthField


class PolicyForm(Kept, forms.ModelForm[Policy]):
    """The lab's own choices, each explained."""

    undo_minutes = LengthField(
        label=_("Taking back"),
        most=DAY,
        help_text=_("How long after a change “Undo” puts a booking back, if its time is still free."),
    )
    offer_minutes = LengthField(
        label=_("Offers"),
        least=1,
        most=DAY,
        help_text=_("How long a freed time is held for the next on the waiting list before it goes on."),
    )
    reminder_minutes = LengthField(
        label=_("Reminder"),
        most=7 * DAY,
        help_text=_("How long before a booking its member is reminded by mail; 0 for never."),
    )
    outage_days = forms.IntegerField(
        label=_("Outages without an end (days)"),
        min_value=1,
        max_value=366,
        help_text=_("Bookings of so many days ahead are to be moved, cancelled or kept; later ones wait."),
    )
    points_per_miss = forms.IntegerField(
        label=_("Points for a missed booking"),
        min_value=0,
        max_value=100,
        help_text=_("Whoever neither comes nor cancels gets so many points; 0 counts nothing."),
    )
    points_halve_days = forms.IntegerField(
        label=_("Points halve every (days)"),
        min_value=1,
        max_value=3660,
        help_text=_("Points fade: after this time half of them are left, then a quarter."),
    )
    points_limit = forms.IntegerField(
        label=_("Approval from so many points on"),
        min_value=1,
        max_value=1000,
        help_text=_("From here on a manager approves the member's bookings, until the points have faded."),
    )

    new_badges = forms.ChoiceField(
        label=_("New badges"),
        choices=Policy.NewBadges,
        help_text=_("Members tap a new card at any reader and type the code that it shows under “My lab”."),
    )

    home_assistant = forms.BooleanField(
        label=_("Publish the resources for Home Assistant"),
        required=False,
        help_text=_(
            "Free or busy, power and the next booking appear there by themselves, over our broker. "
            "No names, ever."
        ),
    )

    PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_("Changes and offers"), ("undo_minutes", "offer_minutes", "reminder_minutes")),
        (_("Outages"), ("outage_days",)),
        (_("Badges"), ("new_badges",)),
        (_("Missed bookings"), ("points_per_miss", "points_halve_days", "points_limit")),
        (_("Other programs"), ("home_assistant",)),
    )

    class Meta:
        model = Policy
        fields = (
            "undo_minutes", "offer_minutes", "reminder_minutes", "outage_days", "points_per_miss",
            "points_halve_days", "points_limit", "new_badges", "home_assistant",
        )  # fmt: skip

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.PARTS]

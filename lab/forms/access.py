"""Who may come in: what a space demands, and how each of its doors lets people through."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lab.forms.fields import Kept
from lab.models import Door, Member, Zone


class ZoneAccessForm(Kept, forms.ModelForm[Zone]):
    """What a space demands of whoever comes in, and how many it holds."""

    capacity = forms.IntegerField(
        label=_("Capacity"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("How many may be in at once; the door says when it is full. Empty: no limit."),
    )

    class Meta:
        model = Zone
        fields = ("capacity", "certification", "programme", "role")
        labels = {
            "certification": _("Certification to come in"),
            "programme": _("Programme to come in"),
            "role": _("Role to come in"),
        }
        help_texts = {
            "certification": _("Whoever has none, or one that is over, stays outside."),
            "programme": _("Only its members come in, within its dates."),
            "role": _("Administrators may always do what managers may."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, empty in (("certification", gettext("none needed")), ("programme", gettext("everybody"))):
            field: Any = self.fields[name]
            field.empty_label = empty
        role: Any = self.fields["role"]
        role.choices = [
            ("", gettext("everybody")),
            (Member.Role.MANAGER, gettext("lab managers only")),
            (Member.Role.ADMIN, gettext("administrators only")),
        ]


class DoorForm(Kept, forms.ModelForm[Door]):
    """How a door lets people through."""

    unlock_seconds = forms.IntegerField(
        label=_("Unlocked for (s)"),
        min_value=1,
        max_value=60,
        help_text=_("The reader locks again by itself after this time."),
    )

    class Meta:
        model = Door
        fields = ("way", "unlock_seconds", "assurance", "hard_passback", "fail_safe")
        labels = {
            "way": _("Its reader lets"),
            "assurance": _("Badges that open it"),
            "hard_passback": _("Nobody comes in twice"),
            "fail_safe": _("Unlocked without power"),
        }
        help_texts = {
            "way": _("One reader for both ways greets and says goodbye in turn."),
            "assurance": _(
                "A number alone can be copied. What asks for more stays shut while the reader is cut off."
            ),
            "hard_passback": _(
                "A badge whose owner is inside does not open an entrance again; at a reader for both ways,"
                " not within a minute. For going out by hand nothing changes."
            ),
            "fail_safe": _("How its lock is wired; whoever looks after a power cut reads it here."),
        }

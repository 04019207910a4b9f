"""The question of whoever stands before a reader: where, when, and for managers who."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.why import Place
from lab.forms.fields import MomentField
from lab.models import Door, Member, Resource, Zone


class WhyForm(forms.Form):
    """Cleaned to a `place`; an empty moment is now."""

    place = forms.ChoiceField(label=_("Where"))
    at = MomentField(label=_("When"), required=False, help_text=_("Empty: now."))
    member = forms.ModelChoiceField(
        label=_("Who"), queryset=Member.objects.none(), to_field_name="username", required=False
    )

    def __init__(self, *args: Any, by: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        self._doors = {f"door:{row.slug}": row for row in Door.objects.select_related("zone")}
        listed = Resource.objects.filter(listed=True).select_related("zone", "certification")
        self._machines = {f"resource:{row.slug}": row for row in listed.order_by("kind", "slug")}
        counting = Zone.objects.filter(devices__profile__endswith="reader", devices__revoked=False)
        self._counted = {f"zone:{row.slug}": row for row in counting.distinct().order_by("slug")}
        place: Any = self.fields["place"]
        place.choices = [
            (_("Doors"), [(key, row.label) for key, row in self._doors.items()]),
            (_("Machines and places"), [(key, row.label) for key, row in self._machines.items()]),
            (_("Readers beside totems"), [(key, row.label) for key, row in self._counted.items()]),
        ]
        if not by.is_manager:
            del self.fields["member"]
            return
        member: Any = self.fields["member"]
        member.queryset = Member.objects.filter(is_active=True).order_by("username")
        member.label_from_instance = lambda row: f"{row.display_name} ({row.username})"
        member.empty_label = _("myself")

    @property
    def where(self) -> Place:
        key = self.cleaned_data["place"]
        return Place(self._doors.get(key), self._machines.get(key), zone=self._counted.get(key))

"""Which calendar somebody wants an address for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Feed
from lab.models import Resource, Zone


class FeedForm(forms.Form):
    """One choice: everything of mine, a space, or a resource; told as `zone:fablab`."""

    what = forms.ChoiceField(label=_("Calendar"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = Zone.objects.order_by("slug")
        resources = Resource.objects.filter(listed=True).order_by("kind", "slug")
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("personal", _("My bookings")),
            (_("Spaces"), [(f"zone:{row.slug}", row.label) for row in zones]),
            (_("Resources"), [(f"resource:{row.slug}", row.label) for row in resources]),
        ]

    @property
    def wanted(self) -> dict[str, Any]:
        """What `make_feed` needs to know."""
        scope, _colon, slug = self.cleaned_data["what"].partition(":")
        return {
            "scope": Feed.Scope(scope),
            "zone": Zone.objects.get(slug=slug) if scope == Feed.Scope.ZONE else None,
            "resource": Resource.objects.get(slug=slug) if scope == Feed.Scope.RESOURCE else None,
        }

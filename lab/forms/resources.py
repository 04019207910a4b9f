"""What a resource is called, and what is claimed with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lab.forms.fields import Kept, Slugged
from lab.models import Link, Resource

NAMES = {
    "name": _("Name"),
    "name_en": _("Name in English"),
    "description": _("Description"),
    "description_en": _("Description in English"),
    "slug": _("Address"),
    "kind": _("Kind"),
    "zone": _("Space"),
    "listed": _("Shown in lists"),
    "units": _("Units"),
}


class NamesForm(Kept, forms.ModelForm[Resource]):
    """How people see a resource."""

    class Meta:
        model = Resource
        fields = ("name", "name_en", "description", "description_en", "zone", "listed")
        labels = NAMES
        help_texts = {
            "listed": _("Off for what is only claimed along with others, such as a radio band."),
            "name_en": _("Empty: the French name."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "description_en": forms.Textarea(attrs={"rows": 3}),
        }


class NewResourceForm(Slugged, NamesForm):
    """A new resource; its address is proposed from its name and never changes afterwards."""

    units = forms.IntegerField(
        label=NAMES["units"],
        min_value=1,
        max_value=500,
        initial=1,
        help_text=_("How many interchangeable copies there are: 8 desks are 8 units."),
    )

    class Meta(NamesForm.Meta):
        fields = ("name", "name_en", "slug", "kind", "zone", "description", "description_en", "listed")  # type: ignore[assignment]
        help_texts = NamesForm.Meta.help_texts | {
            "slug": _(
                "Used by devices and calendars, and never changed: lower-case letters, digits, hyphens."
            ),
            "kind": _("Resources of a kind share its default rules."),
        }


class LinkForm(Kept, forms.ModelForm[Link]):
    """Another resource whose units are claimed along."""

    class Meta:
        model = Link
        fields = ("also", "why", "units")
        labels = {"also": _("Also claims"), "why": _("Why"), "units": _("Units")}

    def __init__(self, *args: Any, resource: Resource, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.resource = resource
        taken = resource.links.values("also")
        also: Any = self.fields["also"]
        also.queryset = (
            Resource.objects.exclude(pk=resource.pk).exclude(pk__in=taken).order_by("kind", "slug")
        )
        also.empty_label = gettext("Choose…")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        also, units = data.get("also"), data.get("units")
        if also and units and units > also.units.count():
            said = gettext("“%(name)s” has only %(count)d of them.")
            self.add_error("units", said % {"name": also.label, "count": also.units.count()})
        return data

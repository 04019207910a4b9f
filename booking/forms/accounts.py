"""Material that was used, what a session is charged to, projects, the price list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Material, Project
from booking.queries.projects import open_to
from lab.forms.fields import Kept, Slugged
from lab.forms.people import HELP, NAMED
from lab.models import Member, Programme


class MaterialField(forms.ModelChoiceField[Material]):
    """The price list, with unit and price."""

    def label_from_instance(self, row: Material) -> str:
        words = gettext("{name}, {price} credits/{unit}")
        return words.format(name=row.label, price=row.price, unit=row.unit)


class UseForm(Kept, forms.Form):
    """So much of a material."""

    material = MaterialField(
        label=_("Material"), queryset=Material.objects.filter(retired=False), empty_label=_("Choose…")
    )
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=10, decimal_places=3, min_value=Decimal("0.001"), localize=False
    )


class ChargeForm(forms.Form):
    """What a session is charged to."""

    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.none(), to_field_name="slug", required=False,
        empty_label=_("none"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, member: Member | None, now_charged: Project | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        theirs = open_to(member) if member else Project.objects.none()
        kept = Project.objects.filter(pk__in=[now_charged.pk] if now_charged else [])
        projects: Any = self.fields["project"]
        projects.queryset = (theirs | kept.distinct()).order_by("name")
        self.initial.setdefault("project", now_charged.slug if now_charged else "")


class ProjectForm(Kept, forms.Form):
    """A project of one's own, or before managers of a programme."""

    name = forms.CharField(label=_("Name"), max_length=80)
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.order_by("slug"), empty_label=_("Choose…")
    )

    def __init__(self, *args: Any, own: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if own:
            del self.fields["programme"]


class MaterialForm(Slugged, forms.ModelForm[Material]):
    """A line of the price list."""

    class Meta:
        model = Material
        fields = ("name", "name_en", "slug", "unit", "price", "retired")
        labels = NAMED | {
            "unit": _("Unit"),
            "price": _("Credits per unit"),
            "retired": _("No longer sold"),
        }
        help_texts = HELP | {
            "unit": _("Such as g, m, sheet."),
            "price": _("What was entered already keeps its price."),
        }

    def clean_price(self) -> Any:
        price = self.cleaned_data["price"]
        if price < 0:
            raise forms.ValidationError(gettext("A price can't be below 0."))
        return price

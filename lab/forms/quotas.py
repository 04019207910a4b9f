"""How much somebody may book in a period."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lab.forms.fields import DAY, ClockField, Kept, LengthField
from lab.models import Quota, Resource

MOST_COUNT = 10_000
LONGEST = 366 * DAY


class QuotaForm(Kept, forms.ModelForm[Quota]):
    """One limit; `what` is a resource, a kind or everything, `amount` a length or a number of bookings."""

    what = forms.ChoiceField(label=_("On what"), required=False)
    amount = forms.CharField(
        label=_("At most"),
        max_length=30,
        help_text=_("A length such as 2 h for time, a number such as 3 for bookings."),
    )
    peak_from = ClockField(
        label=_("Counts from"),
        required=False,
        help_text=_("Only the hours between these two count; both empty: all hours."),
    )
    peak_until = ClockField(label=_("Counts until"), required=False)

    PARTS = (
        (_("Who"), ("programme", "together")),
        (_("How much of what"), ("what", "measure", "amount", "period", "days")),
        (_("When it counts"), ("peak_from", "peak_until", "weekends")),
    )

    class Meta:
        model = Quota
        fields = ("programme", "together", "measure", "period", "days", "peak_from", "peak_until", "weekends")
        labels = {
            "programme": _("For whom"),
            "together": _("Shared by the whole programme"),
            "measure": _("Counts"),
            "period": _("Each"),
            "days": _("Length of the window (days)"),
            "weekends": _("Saturdays and Sundays count"),
        }
        help_texts = {
            "programme": _("Everybody, or only the members of a programme."),
            "together": _("Off: each member has this much. On: the members have it together."),
            "measure": _("Booked time, or the number of bookings however long they are."),
            "period": _("Days, weeks and months begin anew; a rolling window looks at any days in a row."),
            "days": _("Only for a rolling window."),
        }
        widgets = {"measure": forms.RadioSelect, "period": forms.Select}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        quota, fields = self.instance, self.fields
        programme: Any = fields["programme"]
        programme.empty_label = gettext("each member")
        fields["measure"].choices = [("minutes", gettext("booked time")), ("count", gettext("bookings"))]  # type: ignore[attr-defined]
        fields["what"].choices = _subjects()  # type: ignore[attr-defined]
        fields["days"].required = False
        if quota.pk:
            self.initial["what"] = _subject(quota)
            field = LengthField()
            counts = quota.measure == Quota.Measure.COUNT
            self.initial["amount"] = quota.most if counts else field.prepare_value(quota.most)

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.PARTS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_amount(data)
        kind, _colon, key = data.get("what", "").partition(":")
        self.instance.kind = key if kind == "kind" else ""
        self.instance.resource = Resource.objects.get(slug=key) if kind == "resource" else None
        if data.get("together") and not data.get("programme"):
            self.add_error(
                "together", gettext("Only a programme's members can share a quota; choose the programme.")
            )
        start, end = data.get("peak_from"), data.get("peak_until")
        if (start is None) != (end is None):
            missing = "peak_from" if start is None else "peak_until"
            if not self.has_error(missing):
                self.add_error(missing, gettext("Both hours, or none of them."))
        elif start and end and end <= start:
            self.add_error("peak_until", gettext("The end must come after the start."))
        return data

    def clean_days(self) -> int:
        days = self.cleaned_data.get("days")
        if days is None:
            return self.instance.days or 7
        if not 1 <= days <= 366:
            raise forms.ValidationError(gettext("Between 1 and 366 days."))
        return int(days)

    def _clean_amount(self, data: dict[str, Any]) -> None:
        text = str(data.get("amount", ""))
        if not text or "measure" not in data:
            return
        try:
            if data["measure"] == Quota.Measure.COUNT:
                self.instance.most = forms.IntegerField(min_value=0, max_value=MOST_COUNT).clean(text)
            else:
                self.instance.most = LengthField(most=LONGEST).clean(text)
        except forms.ValidationError as wrong:
            self.add_error("amount", wrong)


def _subjects() -> list[Any]:
    resources = Resource.objects.order_by("kind", "slug")
    return [
        ("", gettext("everything together")),
        (
            gettext("All of a kind, together"),
            [(f"kind:{kind}", label) for kind, label in Resource.Kind.choices],
        ),
        (gettext("One resource"), [(f"resource:{row.slug}", row.label) for row in resources]),
    ]


def _subject(quota: Quota) -> str:
    if quota.resource is not None:
        return f"resource:{quota.resource.slug}"
    return f"kind:{quota.kind}" if quota.kind else ""

"""What does not work, in a member's words; what is out of order, from when until when, in a manager's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking import outage_words
from booking.models import FaultReport
from booking.queries.faults import open_reports
from lab.forms.fields import Kept, MomentField
from lab.models import Outage, Resource


class ReportForm(forms.ModelForm[FaultReport]):
    """One's own report, new or in other words."""

    class Meta:
        model = FaultReport
        fields = ("text",)
        labels = {"text": _("What does not work?")}
        help_texts = {"text": _("Others read it here, without your name, until a lab manager has looked.")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 500})}


class ReportsField(forms.ModelMultipleChoiceField[FaultReport]):
    """Reports of members that one outage answers."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, report: FaultReport) -> str:
        who = report.member.display_name if report.member else gettext("Somebody")
        return f"{who} · {report.text}"


class OutageForm(Kept, forms.Form):
    """Of a resource that is known, or to be chosen; a new one may begin now, and its end be unknown."""

    resource: forms.ModelChoiceField[Resource] = forms.ModelChoiceField(
        label=_("What is out of order"), queryset=None
    )
    starts_at = MomentField(label=_("From"), required=False, help_text=_("Empty: from now on."))
    ends_at = MomentField(label=_("Until"), required=False, help_text=_("Empty: nobody knows yet."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Members read it on the page of the resource and in the planning."),
    )
    reports = ReportsField(label=_("Reports that this answers"), queryset=None, required=False)

    def __init__(
        self,
        *args: Any,
        now: datetime,
        resource: Resource | None = None,
        outage: Outage | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.now = now
        fields: dict[str, Any] = self.fields
        fields["resource"].queryset = Resource.objects.order_by("kind", "slug")
        fields["reports"].queryset = open_reports(resource) if resource else FaultReport.objects.none()
        if resource is not None:
            del fields["resource"]
        if outage is not None:
            fields["starts_at"].required = True
            fields["starts_at"].help_text = gettext("Since when it does not work.")
        if outage is not None or resource is None or not fields["reports"].queryset.exists():
            del fields["reports"]

    @property
    def wanted(self) -> dict[str, Any]:
        """What an outage says of itself."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "ends_at", "reason")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_at") or self.now, data.get("ends_at")
        if end and end <= start:
            self.add_error("ends_at", gettext("The end must come after the start."))
        return data

    def refuse(self, other: Outage) -> None:
        """It is out of order then already."""
        said = gettext("It is out of order then already: %(reason)s (%(when)s). Change that one instead.")
        self.add_error(None, said % {"reason": outage_words.reason(other), "when": outage_words.when(other)})

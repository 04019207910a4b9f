"""A wish for resources: booked anew, or the change of a booking."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking import said
from booking.forms.fields import (
    MOST_RESOURCES,
    MemberField,
    MomentField,
    ResourcesField,
    choices,
    searching,
)
from booking.house import house
from booking.models import Booking, Project
from booking.queries.projects import open_to
from booking.refusals import Refused
from booking.rules.wishes import OVERRIDABLE
from booking.verdicts import Verdict, of_refusal
from lab.asked import within_reason
from lab.models import Member, Resource
from lab.spans import Span


class BookingForm(forms.Form):
    """Resources, from, to, what for; times are the lab's wall clock.

    A manager may name whom it is for and set rules aside. With `booking` it is a change of that one.
    """

    resource = ResourcesField(required=False)
    also = forms.ChoiceField(label=_("Resource"), required=False)
    starts_at = MomentField(_("From"))
    ends_at = MomentField(_("To"))
    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    project = forms.ModelChoiceField(
        label=_("Project"),
        queryset=Project.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("none"),
        help_text=_("What it is charged to."),
    )
    member = MemberField(
        search=True, label=_("For whom"), required=False, help_text=_("Empty: for yourself.")
    )
    override = forms.MultipleChoiceField(
        choices=[(code.value, code.value) for code in sorted(OVERRIDABLE)], required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)  # of the booking that is changed

    def __init__(self, *args: Any, by: Member, booking: Booking | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.booking = by, booking
        self.verdict: Verdict | None = None
        self.fields["also"].choices = [("", _("Choose…")), *choices()]  # type: ignore[attr-defined]
        self.fields["member"].widget.attrs |= searching()
        self._offer_projects()
        for name in ("member", "override", "reason"):
            if not by.is_manager or (name == "member" and booking is not None):
                del self.fields[name]

    def _offer_projects(self) -> None:
        """One's own, for a new booking; a form without any has no such field."""
        projects: Any = self.fields["project"]
        projects.queryset = open_to(self.by) if self.booking is None else Project.objects.none()
        if not projects.queryset.exists():
            del self.fields["project"]

    @property
    def span(self) -> Span:
        return Span(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])

    @property
    def whose(self) -> Member:
        """Who will have the booking."""
        if self.booking is not None:
            return self.booking.member
        return self.cleaned_data.get("member") or self.by

    @property
    def resources(self) -> list[Resource]:
        return list(self.cleaned_data["resource"])

    @property
    def chosen(self) -> list[Resource]:
        """What stands in the form by now, also before it was judged."""
        slugs = [str(slug) for slug in self["resource"].value() or []][:MOST_RESOURCES]
        found = house().copies(slugs)
        return [found[slug] for slug in slugs if slug in found]

    @property
    def overridden(self) -> list[str]:
        return list(self["override"].value() or []) if "override" in self.fields else []

    @property
    def kept(self) -> str:
        """What another proposed time keeps, as part of its address."""
        kept = {name: self[name].value() for name in ("purpose", "member", "next") if name in self.fields}
        return urlencode([(name, str(told)) for name, told in kept.items() if told])

    def asked(self) -> dict[str, Any]:
        """What was filled in so far, as the beginning of another form: the added resource is one of them."""
        told = {name: self[name].value() for name in self.fields if name != "also"}
        return told | {"resource": [*(told["resource"] or []), *filter(None, [self["also"].value()])]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._compare(data.get("version"))
        if "resource" in data:
            data["resource"] += house().copies([data["also"]]).values() if data.get("also") else []
            if not data["resource"]:
                self.add_error("also", _("Choose a resource."))
        start, end = data.get("starts_at"), data.get("ends_at")
        for field in ("starts_at", "ends_at"):
            if data.get(field) and not within_reason(data[field]):
                self.add_error(field, _("Choose a time that a lab can mean."))
        if start and end and end <= start:
            self.add_error("ends_at", _("The end must come after the start."))
        project = data.get("project")
        if project is not None and data.get("member") and project not in open_to(data["member"]):
            self.add_error("project", _("That is no project of theirs."))
        if data.get("override") and not data.get("reason"):
            self.add_error("reason", _("Say why the rule is set aside."))
        return data

    def _compare(self, version: int | None) -> None:
        """Nobody overwrites what somebody else changed while the form was open; sent again, it holds."""
        if self.booking is None or version is None or version == self.booking.sequence:
            return
        told = cast(QueryDict, self.data).copy()
        told[self.add_prefix("version")] = str(self.booking.sequence)
        self.data = told
        self.add_error(None, said.changed_meanwhile(self.booking))

    def refuse(self, refused: Refused) -> None:
        """Say every objection, and keep the alternatives for the page to offer."""
        self.verdict = of_refusal(refused, by=self.by, resources=self.resources, span=self.span)
        for objection in refused.objections:
            self.add_error(None, said.detail(objection))

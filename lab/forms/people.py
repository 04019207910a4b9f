"""Members and their cohorts, what an hour costs them, what they may prove."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lab.forms.fields import DAY, DayField, Kept, LengthField, MomentField, Slugged
from lab.lab_time import last_moment
from lab.models import Certification, Member, Programme, Resource, Tariff, Training

NAMED = {"name": _("Name"), "name_en": _("Name in English"), "slug": _("Address")}
HELP = {
    "name_en": _("Empty: the French name."),
    "slug": _("Lower-case letters, digits and hyphens; empty: made from the name."),
}


class ProgrammeForm(Slugged, forms.ModelForm[Programme]):
    """A cohort: its dates, and the resources that are kept for it."""

    starts_on = DayField(label=_("From"), required=False, help_text=_("Empty: since ever."))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("The last day; empty: for ever."))
    resources = forms.ModelMultipleChoiceField(
        label=_("Kept for it"),
        queryset=Resource.objects.order_by("kind", "slug"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Only its members (and those of other programmes so named) may book these."),
    )

    class Meta:
        model = Programme
        fields = ("name", "name_en", "slug", "starts_on", "ends_on")
        labels, help_texts = NAMED, HELP

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["resources"] = list(self.instance.resources.all())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("The last day can't come before the first."))
        return data


class TariffForm(Slugged, forms.ModelForm[Tariff]):
    """What an hour costs."""

    class Meta:
        model = Tariff
        fields = ("name", "name_en", "slug", "credits_per_hour")
        labels = NAMED | {"credits_per_hour": _("Credits an hour")}
        help_texts = HELP | {"credits_per_hour": _("In the lab's own credits; 0 is free.")}

    def clean_credits_per_hour(self) -> Any:
        price = self.cleaned_data["credits_per_hour"]
        if price < 0:
            raise forms.ValidationError(gettext("A price can't be below 0."))
        return price


class CertificationForm(Slugged, forms.ModelForm[Certification]):
    """A skill that resources ask for."""

    class Meta:
        model = Certification
        fields = ("name", "name_en", "slug")
        labels, help_texts = NAMED, HELP


class ExpiryForm(Kept, forms.Form):
    """Until when a certification holds."""

    expires_on = DayField(
        label=_("Valid until"), required=False, help_text=_("The last day; empty: without an end.")
    )

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(gettext("Choose a day that is still to come."))
        return day

    @property
    def expires_at(self) -> datetime | None:
        return last_moment(self.cleaned_data["expires_on"])


class AttendeesForm(ExpiryForm):
    """Who was there and earned the certification."""

    members = forms.ModelMultipleChoiceField(
        label=_("Who was there"),
        queryset=Member.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    field_order = ("members", "expires_on")

    def __init__(self, *args: Any, training: Training, **options: Any) -> None:
        super().__init__(*args, **options)
        attendees = training.attendees.order_by("last_name", "first_name", "username")
        members: Any = self.fields["members"]
        members.queryset, members.initial = attendees, attendees
        members.label_from_instance = lambda member: member.display_name


class TrainingForm(Kept, forms.ModelForm[Training]):
    """A session: when, how long, where, for how many."""

    starts_at = MomentField(label=_("Starts"))
    minutes = LengthField(label=_("Length"), least=5, most=14 * DAY)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500)

    class Meta:
        model = Training
        fields = ("starts_at", "minutes", "seats", "place")
        labels = {"place": _("Place")}

    def clean_seats(self) -> int:
        seats = int(self.cleaned_data["seats"])
        taken = self.instance.taken.count() if self.instance.pk else 0
        if seats < taken:
            raise forms.ValidationError(
                gettext("%(count)d seats are taken already; free some first.") % {"count": taken}
            )
        return seats


class MemberForm(Kept, forms.ModelForm[Member]):
    """What a manager may change about a member; the role is an administrator's to give."""

    member_until = DayField(
        label=_("Member until"),
        required=False,
        help_text=_("The last day of the membership; empty: without an end."),
    )

    class Meta:
        model = Member
        fields = ("suspended", "member_until", "any_hour", "language", "role")
        labels = {
            "suspended": _("Suspended"),
            "any_hour": _("Passes doors at any hour"),
            "language": _("Language"),
            "role": _("Role"),
        }
        help_texts = {
            "suspended": _("May neither book nor pass; bookings that exist stay until you cancel them."),
            "any_hour": _("Also while the space is closed."),
            "language": _("Of pages, mails and readers."),
            "role": _("Managers steer the lab; administrators also give roles."),
        }

    def __init__(self, *args: Any, by: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        if by.role != Member.Role.ADMIN or by.pk == self.instance.pk:
            del self.fields["role"]
        if by.pk == self.instance.pk:
            del self.fields["suspended"]

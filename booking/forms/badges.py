"""Forms about badges: a code that a reader showed, a guest and their dates."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lab.forms.fields import Kept, MomentField
from lab.models import Badge, Member

LONGEST_CODE = 20
OWN_KINDS = [choice for choice in Badge.Kind.choices if choice[0] != Badge.Kind.GUEST]


class CodeForm(Kept, forms.Form):
    """A new badge of one's own."""

    code = forms.CharField(
        label=_("Code"),
        max_length=LONGEST_CODE,
        help_text=_("Tap the new card at any reader: it shows a code, good for ten minutes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=OWN_KINDS, initial=Badge.Kind.CARD)
    label = forms.CharField(
        label=_("Name"), max_length=40, required=False, help_text=_("So that you know which one it is.")
    )

    field_order: tuple[str, ...] = ("code", "kind", "label")


class EnterForm(CodeForm):
    """A card that a manager enters, for a member or among the guest badges."""

    kind = forms.ChoiceField(label=_("What it is"), choices=Badge.Kind.choices, initial=Badge.Kind.GUEST)
    label = forms.CharField(label=_("Name"), max_length=40, required=False, help_text=_("Such as Guest 3."))
    member = forms.CharField(
        label=_("User name of its owner"),
        max_length=150,
        required=False,
        help_text=_("Empty for a guest badge: it is nobody's until it is lent."),
    )

    field_order = ("code", "kind", "label", "member")

    def clean_member(self) -> Member | None:
        name = self.cleaned_data["member"].strip()
        if not name:
            return None
        who = Member.objects.filter(username=name, is_active=True).first()
        if who is None:
            raise forms.ValidationError(_("Nobody has this user name."), code="unknown")
        return who

    def clean(self) -> None:
        super().clean()
        guest = self.cleaned_data.get("kind") == Badge.Kind.GUEST
        if "member" in self.cleaned_data and guest is (self.cleaned_data["member"] is not None):
            said = _("A guest badge has no owner yet.") if guest else _("Whose is it?")
            self.add_error("member", said)


class LendForm(Kept, forms.Form):
    """To whom a guest badge is handed, and until when it opens."""

    guest = forms.CharField(label=_("The guest's name"), max_length=60)
    until = MomentField(label=_("Until"), help_text=_("From then on it opens nothing."))

    def clean_guest(self) -> str:
        name = " ".join(self.cleaned_data["guest"].split())
        if not name.isprintable():
            raise forms.ValidationError(_("Write a name."), code="unprintable")
        return name

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until <= timezone.now():
            raise forms.ValidationError(_("Choose a time that is still to come."), code="past")
        return until


class BadgeForm(Kept, forms.ModelForm[Badge]):
    """What a badge is called, and from when until when it is good."""

    valid_from = MomentField(label=_("Good from"), required=False)
    valid_until = MomentField(label=_("Good until"), required=False)

    class Meta:
        model = Badge
        fields = ("label", "valid_from", "valid_until")

    def clean(self) -> None:
        super().clean()
        since, until = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_until")
        if since and until and until <= since:
            self.add_error("valid_until", _("The end must come after the start."))

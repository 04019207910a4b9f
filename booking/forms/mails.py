"""Which mails somebody wants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.models import Member


class MailsForm(forms.ModelForm[Member]):
    """Everything, or only what one could miss; the notices on the page are always whole."""

    mails = forms.ChoiceField(
        label=_("Mails to me"),
        choices=Member.Mails.choices,
        widget=forms.RadioSelect,
        help_text=_("Here on the site you find every notice, whatever you choose."),
    )

    alarms = forms.ChoiceField(
        label=_("Which alarms come by mail"),
        choices=Member.Alarms.choices,
        widget=forms.RadioSelect,
        help_text=_("Here on the site you find every alarm, whatever you choose."),
    )

    class Meta:
        model = Member
        fields = ("mails", "alarms")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance.is_manager:  # makers are told of none
            del self.fields["alarms"]

"""To whom something goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import MemberField, searching
from lab.models import Member


class HandOverForm(forms.Form):
    """To whom a booking goes."""

    def __init__(self, *args: Any, by: Member, whose: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose = whose
        told = _("Their user name or mail address; they must be allowed to use it too.")
        self.fields["to"] = MemberField(search=by.is_manager, label=_("To whom"), help_text=told)
        if by.is_manager:
            self.fields["to"].widget.attrs |= searching()

    def clean_to(self) -> Member:
        to: Member = self.cleaned_data["to"]
        if to.pk == self.whose.pk:
            raise forms.ValidationError(_("This booking is theirs already."), code="same_member")
        return to

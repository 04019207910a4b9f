"""A calendar file to take closures from, and what somebody has seen of it before they agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from booking.calendars.reading import LARGEST, BadFile, Found, Read
from lab.models import Zone
from lab.spans import Span

SALT = "booking.closures"
AN_HOUR = 3600

WHY_NOT = {
    "too_large": _("The file is larger than {most} MB. Export a shorter time."),
    "no_calendar": _("This is no calendar file. Export it as iCalendar (.ics)."),
    "too_many": _("The file has more than {most} events. Export a shorter time."),
    "no_events": _("The file is a calendar, but no event stands in it."),
}
SKIPPED = {
    "time": _("its times can’t be read"),
    "zone": _("its time zone is unknown, so its times would be guessed"),
    "empty": _("it takes no time"),
    "repeat": _("its repetition is of a kind that closures don’t have"),
}


class ImportForm(forms.Form):
    """The file, and what it closes."""

    file = forms.FileField(
        label=_("Calendar file"),
        help_text=_("Every event in it becomes a closure. You see them before anything changes."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    zone = forms.ModelChoiceField(
        label=_("What is closed"),
        queryset=Zone.objects.order_by("slug"),
        to_field_name="slug",
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        zone: Any = self.fields["zone"]
        zone.empty_label = _now("the whole lab")

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(said(BadFile("too_large", most=LARGEST // 1024 // 1024)))
        data: bytes = file.read()
        return data


class AgreedForm(forms.Form):
    """What was shown, sealed so that it is what is done; and whether the rest of earlier imports goes."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000)
    also_gone = forms.BooleanField(label=_("Also remove what earlier imports brought"), required=False)

    def clean_seen(self) -> tuple[Zone | None, Read]:
        try:
            told = signing.loads(self.cleaned_data["seen"], salt=SALT, max_age=AN_HOUR)
            zone = Zone.objects.get(slug=told["zone"]) if told["zone"] else None
        except (signing.BadSignature, Zone.DoesNotExist):
            raise forms.ValidationError(_("Too much time has passed. Choose the file again.")) from None
        found = [Found(uid, Span(_at(start), _at(end)), reason) for uid, start, end, reason in told["found"]]
        return zone, Read(found, set(told["known"]))


def sealed(zone: Zone | None, read: Read) -> str:
    """What was read out of a file, to come back with somebody's agreement."""
    found = [
        (one.uid, one.span.start.timestamp(), one.span.end.timestamp(), one.reason) for one in read.found
    ]
    told = {"zone": zone.slug if zone else "", "found": found, "known": sorted(read.known)}
    return signing.dumps(told, salt=SALT, compress=True)


def said(bad: BadFile) -> str:
    return str(WHY_NOT[bad.why]).format(**bad.data)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""House rules of a kind and of a resource: what is left empty is inherited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lab.forms.fields import DAY, Kept, LengthField, TriStateField, length_text
from lab.models import KindRules, Member, Resource

ROLES = [(Member.Role.MAKER, _("everybody")), (Member.Role.MANAGER, _("lab managers only"))]


class Inherited(NamedTuple):
    """What an empty field means: the value, the same in words, and whose it is."""

    value: Any
    words: str
    source: str


class RulesForm(Kept, forms.ModelForm[Any]):
    """Every house rule that a kind or a resource may set."""

    min_minutes = LengthField(
        label=_("At least"),
        least=1,
        most=366 * DAY,
        required=False,
        help_text=_("The shortest booking; anything shorter is refused."),
    )
    max_minutes = LengthField(
        label=_("At most"),
        least=1,
        most=366 * DAY,
        required=False,
        help_text=_("The longest booking, so that others have their turn."),
    )
    grid_minutes = LengthField(
        label=_("Starts every"),
        least=1,
        most=DAY,
        required=False,
        help_text=_("Bookings start only at these steps, counted from midnight: 30 min allows 9:00, 9:30…"),
    )
    notice_minutes = LengthField(
        label=_("Notice"),
        most=366 * DAY,
        required=False,
        help_text=_("How long before its start it must be booked; 0 for until the last minute."),
    )
    horizon_days = forms.IntegerField(
        label=_("Ahead (days)"),
        min_value=1,
        max_value=3660,
        required=False,
        help_text=_("How many days ahead it can be booked."),
    )
    cancel_minutes = LengthField(
        label=_("Last cancellation"),
        most=366 * DAY,
        required=False,
        help_text=_("How long before its start members may still cancel or move; 0 for until it begins."),
    )
    grace_minutes = LengthField(
        label=_("Released after"),
        least=1,
        most=DAY,
        required=False,
        help_text=_("When nobody comes, the rest becomes free for others after this time."),
    )
    idle_minutes = LengthField(
        label=_("Off when idle for"),
        least=1,
        most=DAY,
        required=False,
        help_text=_("A machine that was switched on by badge and does nothing for so long is badged out."),
    )
    setup_minutes = LengthField(
        label=_("Set-up before"),
        most=DAY,
        required=False,
        help_text=_("Kept free before each booking, for preparing."),
    )
    cleanup_minutes = LengthField(
        label=_("Clean-up after"),
        most=DAY,
        required=False,
        help_text=_("Kept free after each booking, for cooling down and tidying."),
    )
    approval = TriStateField(
        label=_("A manager approves"),
        required=False,
        help_text=_("Each booking is a request first; nothing is promised until a manager says yes."),
    )
    overnight = TriStateField(
        label=_("Overnight"),
        required=False,
        help_text=_("May run on through closed hours, if it begins and ends while the space is open."),
    )
    unattended = TriStateField(
        label=_("Unattended"),
        required=False,
        help_text=_("May run while nobody stands beside it."),
    )
    walk_up = TriStateField(
        label=_("Without a booking"),
        required=False,
        help_text=_("May be switched on by badge whenever it is free."),
    )

    PARTS = (
        (_("Length"), ("min_minutes", "max_minutes", "grid_minutes")),
        (_("When to book and cancel"), ("notice_minutes", "horizon_days", "cancel_minutes", "grace_minutes")),
        (_("Around each booking"), ("setup_minutes", "cleanup_minutes")),
        (_("While it runs"), ("idle_minutes",)),
        (_("Allowed or not"), ("approval", "overnight", "unattended", "walk_up")),
        (_("Who, and for how much"), ("role", "tariff")),
    )

    class Meta:
        model: Any = KindRules
        fields = (
            "min_minutes", "max_minutes", "grid_minutes", "notice_minutes", "horizon_days", "cancel_minutes",
            "grace_minutes", "idle_minutes", "setup_minutes", "cleanup_minutes", "approval", "overnight",
            "unattended", "walk_up", "role", "tariff",
        )  # fmt: skip
        labels = {"role": _("Who may book"), "tariff": _("Tariff")}
        help_texts = {
            "role": _("Managers may always book; for programmes see below."),
            "tariff": _("What an hour costs; a tariff of 0 makes it free where the kind has a price."),
        }

    def __init__(self, *args: Any, inherited: Mapping[str, Inherited], **options: Any) -> None:
        super().__init__(*args, **options)
        self.inherited = inherited
        for name in RulesForm.Meta.fields:
            self._show_inherited(name, inherited[name])

    def _show_inherited(self, name: str, of: Inherited) -> None:
        field: Any = self.fields[name]
        said = gettext("inherited: %(value)s") % {"value": of.words}
        if isinstance(field, TriStateField):
            field.inherit(said)
        elif name == "role":
            named = dict(ROLES) | (
                {self.instance.role: self.instance.get_role_display()} if self._is_other() else {}
            )
            field.choices = [("", said), *named.items()]
        elif name == "tariff":
            field.empty_label = said
        else:
            field.widget.attrs["placeholder"] = of.words
            field.widget.attrs["autocomplete"] = "off"

    @property
    def parts(self) -> list[tuple[Any, list[tuple[forms.BoundField, Inherited]]]]:
        """Title and fields of each part, each with what it inherits."""
        return [
            (title, [(self[name], self.inherited[name]) for name in names]) for title, names in self.PARTS
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        least, most = self._in_force(data, "min_minutes"), self._in_force(data, "max_minutes")
        if least and most and most < least:
            field = "max_minutes" if data.get("max_minutes") else "min_minutes"
            said = gettext("Nothing could be booked: at least %(least)s, but at most %(most)s.")
            self.add_error(field, said % {"least": length_text(least), "most": length_text(most)})
        return data

    def _in_force(self, data: dict[str, Any], name: str) -> int | None:
        """What would hold; None for no limit, and for what is wrong itself."""
        if self.has_error(name):
            return None
        minutes: int | None = data.get(name) or self.inherited[name].value
        return minutes

    def _is_other(self) -> bool:
        return bool(self.instance.role) and self.instance.role not in dict(ROLES)


class KindRulesForm(RulesForm):
    """The rules of a kind; empty ones are the house's."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        most = data.get("max_minutes")
        if most and not self.errors:
            longer = Resource.objects.filter(kind=self.instance.kind, max_minutes=None, min_minutes__gt=most)
            if longer:
                said = gettext(
                    "These ask for more at least, and say no longest time of their own: %(names)s."
                )
                self.add_error("max_minutes", said % {"names": ", ".join(row.label for row in longer)})
        return data


class ResourceRulesForm(RulesForm):
    """The rules of a resource, and what only a resource has: certification, programmes, how it is badged."""

    OWN = ("certification", "programmes", "always_open", "buddy", "assurance")

    class Meta(RulesForm.Meta):
        model = Resource
        fields = (  # type: ignore[assignment]
            *RulesForm.Meta.fields, "certification", "programmes", "always_open", "buddy", "assurance",
        )  # fmt: skip
        labels = RulesForm.Meta.labels | {
            "certification": _("Certification"),
            "programmes": _("Kept for programmes"),
            "always_open": _("Can be booked at any hour"),
            "buddy": _("Dangerous: never alone"),
            "assurance": _("Badges that switch it on"),
        }
        help_texts = RulesForm.Meta.help_texts | {
            "certification": _("What a member must hold to book and to switch it on."),
            "programmes": _("Only their members may book, within the programme's dates. None: everybody."),
            "always_open": _("The opening hours of its space don't count; closures still do."),
            "buddy": _("A second member has to be in its space; when they leave, it goes off once idle."),
            "assurance": _("A number alone can be copied; secure cards prove that they are real."),
        }
        widgets = {"programmes": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        certification: Any = self.fields["certification"]
        certification.empty_label = gettext("none needed")
        self.fields["assurance"].required = False

    def clean_assurance(self) -> str:
        return str(self.cleaned_data["assurance"] or self.instance.assurance)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("buddy") and not self.instance.zone.doors.exists():
            self.add_error("buddy", gettext("Its space has no door with a reader: nobody knows who is in."))
        return data

    @property
    def own(self) -> list[forms.BoundField]:
        return [self[name] for name in self.OWN]

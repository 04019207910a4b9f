"""The components as template tags: `{% icon "clock" %}`, `{% state "free" %}`, `{% field form.purpose %}`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BoundField, CheckboxInput, ChoiceField, Field, ModelChoiceField, RadioSelect
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lab import states, times

register = template.Library()

KIND_ICONS = {"laser": "kind-laser", "cnc": "kind-cnc"}


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """A symbol of the sprite: silent for screen readers unless it is given a label."""
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    look = format_html(' class="{}"', css) if css else ""
    return format_html('<svg {}{}><use href="{}#{}"/></svg>', voice, look, static("lab/icons.svg"), name)


@register.simple_tag
def state(code: str, css: str = "") -> SafeString:
    """Shape, word and colour of a state."""
    look = states.state_of(code)
    return format_html(
        '<span class="state tone-{} {}" data-state="{}">{}<span>{}</span></span>',
        look.tone,
        css,
        code,
        icon(f"state-{look.shape}"),
        look.word,
    )


@register.simple_tag
def live_states() -> tuple[states.State, ...]:
    return states.live_states()


@register.filter
def kind_icon(resource: Any) -> str:
    """The symbol of a resource: by its own name where we drew one, else by its kind."""
    return KIND_ICONS.get(resource.slug.split("-")[0], f"kind-{resource.kind}")


@register.simple_tag
def lab_now() -> datetime:
    return timezone.now()


@register.filter
def initials(name: str) -> str:
    parts = name.replace("-", " ").split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


@register.filter
def clock(moment: datetime | None) -> str:
    return times.clock(moment) if moment else ""


@register.filter
def wall_clock(at: time | None) -> str:
    """A time of day that belongs to no date."""
    return times.wall_clock(at) if at else ""


@register.filter
def day(value: date | datetime | None) -> str:
    return times.day(value) if value else ""


@register.filter(expects_localtime=True)
def date_words(value: date | None, form: str) -> str:
    """A date in these letters; the first of a month as the language says it."""
    return times.date_words(value, form) if value else ""


@register.filter
def short_day(moment: datetime) -> str:
    return times.short_day(moment)


@register.filter
def size(count: int) -> str:
    """Bytes in thousands, with their unit as the language writes it."""
    if count < 1_000:
        scale, unit = 1, _("B")
    else:
        scale, unit = (1_000, _("kB")) if count < 1_000_000 else (1_000_000, _("MB"))
    digits = 1 if scale > 1 and count < 10 * scale else 0
    return f"{number_format(round(count / scale, digits), digits, use_l10n=True)}{times.NBSP}{unit}"


@register.filter
def duration(length: timedelta | int) -> str:
    """Of a timedelta, or of minutes."""
    return times.duration(length if isinstance(length, timedelta) else timedelta(minutes=length))


@register.filter
def age(moment: datetime | None) -> str:
    return times.age(moment, now=timezone.now()) if moment else ""


@register.filter
def soon(moment: datetime | None) -> str:
    return times.soon(moment, now=timezone.now()) if moment else ""


@register.simple_tag
def span(start: datetime, end: datetime) -> str:
    return times.span(start, end)


def _ask_for_a_choice(asked: Field) -> None:
    """A list that must be chosen from says so, where Django would show a row of hyphens."""
    hyphens = BLANK_CHOICE_DASH[0][1]
    if not asked.required or not isinstance(asked, ChoiceField):
        return
    if isinstance(asked, ModelChoiceField):
        asked.empty_label = _("Choose…") if asked.empty_label == hyphens else asked.empty_label
    else:
        offered: Any = asked.choices
        asked.choices = [(key, _("Choose…") if said == hyphens else said) for key, said in offered]


@register.inclusion_tag("lab/components/field.html")
def field(bound: BoundField, optional: bool | None = None) -> dict[str, Any]:
    """Label, help, control and errors of a form's field, tied together; optional ones say so."""
    _ask_for_a_choice(bound.field)
    return {
        "field": bound,
        "optional": not bound.field.required if optional is None else optional,
        "is_choice": isinstance(bound.field.widget, CheckboxInput),
        "is_group": isinstance(bound.field.widget, RadioSelect),
        "is_segmented": getattr(bound.field.widget, "segmented", False),
    }


@register.inclusion_tag("lab/components/nav_link.html", takes_context=True)
def nav_link(
    context: template.Context,
    name: str,
    symbol: str,
    label: str,
    css: str = "",
    waiting: int = 0,
    without: str = "",
) -> dict[str, Any]:
    """One place of the navigation; the place where one is says so, and how many things wait there.

    `without` names a place below it that stands in the navigation by itself.
    """
    try:
        url = reverse(name)
    except NoReverseMatch:
        url = ""
    path = context["request"].path if "request" in context else ""
    here = path == url if url == "/" else bool(url) and path.startswith(url)
    here = here and not (without and path.startswith(reverse(without)))
    return {"url": url, "symbol": symbol, "label": label, "here": here, "css": css, "waiting": waiting}


@register.filter
def undo_url(tags: str) -> str:
    """The address that takes a message's deed back, if it has one."""
    return _tagged(tags, "undo:")


@register.filter
def go_url(tags: str) -> str:
    """Where a message leads on to, if anywhere."""
    return _tagged(tags, "go:")


def _tagged(tags: str, name: str) -> str:
    return next((tag.removeprefix(name) for tag in tags.split() if tag.startswith(name)), "")

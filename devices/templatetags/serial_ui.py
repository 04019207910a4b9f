"""What templates ask about serial ports."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from devices.models import SerialPort
from devices.rules.serial import Kind

register = template.Library()

# The sentences of the process that serves the lines, as people read them.
TROUBLES = {
    "the line is not open yet": _("The line is not open yet."),
    "there is no such line here": _(
        "There is no such line at the computer that serves it: is it plugged in?"
    ),
    "this process may not open the line": _("The process may not open the line: its group must be dialout."),
    "another program has the line": _("Another program has the line."),
    "the line can't be opened": _("The line can’t be opened."),
    "the line is gone": _("The line was unplugged."),
    "another device has this line": _("Another device has this line."),
    "the machine does not answer": _("The machine does not answer."),
    "the reader does not answer": _("The reader does not answer."),
    "the reader refuses our key": _("The reader refuses our key: it has another one, or none yet."),
    "no OSDP reader answers at this address": _("No OSDP reader answers at this address."),
    "a step failed": _("Something unexpected happened; the log tells more."),
}


@register.filter
def trouble(port: SerialPort) -> str:
    """What is wrong with a port, in the reader's language as far as we know the sentence."""
    return str(TROUBLES.get(port.trouble, port.trouble))


@register.filter
def options_of(kind: Kind) -> list[tuple[str, str, str]]:
    """(name, what it may be, what it is usually)."""
    return [(name, str(option), option.usual) for name, option in kind.options.items()]

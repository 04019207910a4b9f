"""Orders to devices in words: why one is not given, and how one stands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from booking.rules.orders import Hindrance

TITLES = {
    Hindrance.UNCLAIMED: _("Not adopted yet"),
    Hindrance.OFFLINE: _("Not to be reached"),
    Hindrance.NOT_ALLOWED: _("Not for you to switch"),
    Hindrance.NO_SESSION: _("You are not using it"),
    Hindrance.BUSY: _("At work"),
    Hindrance.BY_BADGE: _("Started by badge"),
    Hindrance.DOWN: _("Out of order"),
    Hindrance.OTHERS: _("Somebody else is using it"),
    Hindrance.REASON: _("A reason is needed"),
    Hindrance.CONFIRM: _("To be confirmed"),
}
DETAILS = {
    Hindrance.UNCLAIMED: _("A lab manager has to adopt this device first."),
    Hindrance.OFFLINE: _("The device is offline; nothing would reach it."),
    Hindrance.NOT_ALLOWED: _("A lab manager decides who may switch it."),
    Hindrance.NO_SESSION: _("Whoever uses it right now may switch it; check in first."),
    Hindrance.BUSY: _("It is running a job or still hot: its power must not be cut now."),
    Hindrance.BY_BADGE: _(
        "A badge reader decides who starts it, by certification and booking; a switch must not go round it."
    ),
    Hindrance.DOWN: _("It is out of order; whoever repairs it may be at it."),
    Hindrance.OTHERS: _("It would be switched under somebody’s hands."),
    Hindrance.REASON: _("Say why it is done all the same; the reason stays with the order."),
    Hindrance.CONFIRM: _("This can disturb others. Confirm that it is meant."),
}

"""Why a time span makes no sense, why a deed comes too late, and what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LATE = {
    "not_begun": (_("Not begun yet"), _("It has not begun yet; until then it can be moved or cancelled.")),
    "begun": (
        _("Begun already"),
        _("It has begun: it can be neither cancelled nor begin at another time. Finish it early instead."),
    ),
    "over": (_("Over already"), _("It is over and stays as it was; book a new time.")),
    "cancelled": (_("Cancelled already"), _("It is cancelled already; book a new time if you need one.")),
    "declined": (_("Declined"), _("A lab manager declined this request; ask for another time.")),
    "missed": (
        _("Time given back"),
        _("Nobody came, and its time was given back; say on its page if you were there, or book a new time."),
    ),
    "held": (_("Offered, not booked"), _("It is only held for you; take the offer first, or decline it.")),
    "asked": (_("Not decided yet"), _("A lab manager has not approved it yet; wait for the decision.")),
    "decided": (
        _("Decided already"),
        _("It waits for no decision: somebody decided it, or it was taken back. Load the list anew."),
    ),
    "arrived": (
        _("Checked in already"),
        _("You have checked in for it; there is nothing left to do."),
    ),
    "too_early": (_("Too early to check in"), _("You can check in for it from {moment} on.")),
    "no_offer": (_("Nothing on offer"), _("Nothing is offered for this wait yet; you hear of it by mail.")),
    "offer_over": (
        _("The offer is over"),
        _("Its time is held for you no longer; wait for it again, or book another time."),
    ),
    "wait_over": (
        _("The wait is over"),
        _("You wait no longer for this time; wait anew if you need it."),
    ),
    "nothing_to_come": (
        _("Nothing left to come"),
        _("Nothing of this series is still to come that could change; book a new one."),
    ),
    "nothing_to_undo": (
        _("Nothing to take back"),
        _("There is no change to take back; until it begins, it can be moved or cancelled."),
    ),
    "not_your_change": (
        _("Changed by somebody else"),
        _("Somebody else changed it last; ask a lab manager to take that back."),
    ),
    "undo_over": (
        _("Too late to take back"),
        _("A change can be taken back for a few minutes only; change it again, or book a new time."),
    ),
    "undo_begun": (
        _("Its old time has begun"),
        _("The time that it had before has begun by now; book a new one."),
    ),
    "no_objection": (
        _("No objection possible"),
        _("An objection was made or decided already, or it is too long ago; ask a lab manager."),
    ),
}

BAD_SPANS = {
    "order": _("The end must come after the start; choose a later end."),
    "no_zone": _("Say both times with their time zone, such as 2027-01-05T10:00:00+01:00."),
    "unreasonable": _("Choose a time that a lab can mean."),
    "no_length": _("Choose a length of one minute at least."),
    "longer_than_window": _(
        "What you wait for ({length}) is longer than the time in which it may lie ({window}); "
        "choose a shorter length or a longer time."
    ),
    "window_too_long": _("One wait reaches over {days} days at most; choose an earlier end."),
    "none_fits": _("No start within this time is possible; choose a longer time to wait in."),
}

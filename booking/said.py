"""What the page says after a deed, in one line."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import phrases
from booking.house import House, house
from booking.models import Booking
from booking.rules.wishes import Code, Objection
from lab import times
from lab.models import Resource

KINDS = {
    "machine": gettext_lazy("Machines"),
    "printer": gettext_lazy("3D printers"),
    "bench": gettext_lazy("Benches"),
    "desk": gettext_lazy("Desks"),
    "room": gettext_lazy("Rooms"),
    "studio": gettext_lazy("Studios"),
    "kit": gettext_lazy("Kits"),
    "person": gettext_lazy("People"),
}


def booked(booking: Booking) -> str:
    """What became of a wish: a booking, or a request that somebody decides."""
    told = {"what": what(booking), "when": when(booking), "name": booking.member.display_name}
    if booking.state == Booking.State.REQUESTED:
        return _("Asked for: {what}, {when}. A lab manager decides; you hear of it by mail.").format(**told)
    if booking.booked_by_id != booking.member_id:
        return _("Booked for {name}: {what}, {when}.").format(**told)
    return _("Booked: {what}, {when}.").format(**told)


def changed(booking: Booking) -> str:
    if booking.state == Booking.State.REQUESTED:
        return booked(booking)
    return _("Changed: {what}, {when}.").format(what=what(booking), when=when(booking))


def changed_meanwhile(booking: Booking) -> str:
    return _(
        "It was changed while this form was open, and is now {when}. Look at what you wrote; "
        "save again to keep it."
    ).format(when=when(booking))


def cancelled(booking: Booking) -> str:
    return _("Cancelled: {what}, {when}.").format(what=what(booking), when=when(booking))


def restored(booking: Booking) -> str:
    return _("As it was before: {what}, {when}.").format(what=what(booking), when=when(booking))


def extended(booking: Booking) -> str:
    return _("Extended until {time}.").format(time=times.clock(booking.ends_at))


def finished(booking: Booking) -> str:
    return _("Finished. What was left of {what} is free again.").format(what=what(booking))


def arrived(booking: Booking) -> str:
    return _("Welcome. {what} is yours until {time}.").format(
        what=what(booking), time=times.clock(booking.ends_at)
    )


def handed_over(booking: Booking) -> str:
    return _("Handed over to {name}: {what}, {when}.").format(
        name=booking.member.display_name, what=what(booking), when=when(booking)
    )


def detail(objection: Objection) -> str:
    """Why not, in a sentence."""
    return phrases.detail(named(objection, house()))


def named(objection: Objection, known: House) -> Objection:
    """The same with the name of a certification or of another resource in its data."""
    names = {}
    if objection.code is Code.NOT_CERTIFIED:
        slug = objection.data["certification"]
        skills = [row.certification for row in known.rows.values() if row.certification]
        labels = {skill.slug: skill.label for skill in skills}
        names["certification_name"] = labels.get(slug, slug)
    also = known.rows.get(objection.data.get("also", ""))
    if also is not None:
        names["also_name"] = also.label
    return Objection(objection.code, objection.data | names) if names else objection


def what(booking: Booking) -> str:
    """The booked resources by name."""
    return ", ".join(resource.label for resource in resources(booking))


def when(booking: Booking) -> str:
    return f"{times.day(booking.starts_at)} {times.span(booking.starts_at, booking.ends_at)}"


def resources(booking: Booking) -> list[Resource]:
    """Each booked resource once, also when it was given back."""
    shown = (claim for claim in booking.claims.all() if not claim.superseded and not claim.linked)
    return list(dict.fromkeys(claim.unit.resource for claim in shown))

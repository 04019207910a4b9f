"""What the kinds of rows about a member are called on the page that counts them."""

from django.utils.translation import gettext_lazy as _

KEPT = {
    "booking.Booking.member": _("bookings"),
    "booking.Series.member": _("series of bookings"),
    "booking.UsageSession.member": _("sessions on machines"),
    "booking.MaterialUse.member": _("material used"),
    "booking.Project.member": _("projects"),
    "booking.AccessEvent.member": _("passages at doors and machines"),
    "booking.Presence.member": _("stays in the lab"),
    "booking.Notice.member": _("notices and mails"),
    "booking.Feed.member": _("calendar addresses"),
    "booking.Wait.member": _("places in a line"),
    "booking.NoShow.member": _("missed bookings"),
    "booking.FaultReport.member": _("reported faults"),
    "booking.Enrolment.claimed_by": _("badges on their way"),
    "lab.ApiToken.member": _("keys for programs"),
    "lab.Award.member": _("certifications"),
    "lab.Badge.member": _("badges"),
    "lab.Look.about": _("looks of lab managers"),
    "lab.Seat.member": _("places in trainings"),
    "account.EmailAddress.user": _("e-mail addresses"),
}

"""What people fill in."""

from booking.forms.fields import by_slug
from booking.forms.find import FindForm
from booking.forms.people import HandOverForm
from booking.forms.wish import BookingForm

__all__ = ["BookingForm", "FindForm", "HandOverForm", "by_slug"]

"""What people fill in."""

from booking.forms.find import FindForm
from booking.forms.people import HandOverForm
from booking.forms.repeat import RepeatForm
from booking.forms.wish import BookingForm

__all__ = ["BookingForm", "FindForm", "HandOverForm", "RepeatForm"]

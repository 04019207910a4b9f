"""Series of bookings: booked, moved and cancelled together, each occurrence a booking of its own."""

from booking.actions.series.book import book_series, preview
from booking.actions.series.cancel import cancel_series
from booking.actions.series.move import move_series
from booking.actions.series.occurrences import Elsewhere, Resolve, bad_repeat

__all__ = [
    "Elsewhere", "Resolve", "bad_repeat", "book_series", "cancel_series", "move_series", "preview",
]  # fmt: skip

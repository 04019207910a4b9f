"""What time alone changes: each sweep looks at the whole present and mends what isn't so.

Level-triggered: a sweep that was missed is made good by the next one, and doing it twice changes nothing.
"""

from booking.actions.accounts import price_sessions
from booking.sweeps.bookings import decline_late, end_bookings, finish_left, settle_begun
from booking.sweeps.energy import Energy
from booking.sweeps.forgetting import Forgetting
from booking.sweeps.hits import Hits
from booking.sweeps.home_assistant import HomeAssistant
from booking.sweeps.hooks import Hooks
from booking.sweeps.mails import enqueue_mails, forget_tasks, remind
from booking.sweeps.offers import Offers, lapse_offers, offer_free_time
from booking.sweeps.pictures import Pictures
from booking.sweeps.presences import leave_at_closing
from booking.sweeps.sessions import end_sessions, join_bookings, warn_next
from booking.sweeps.upkeep import Upkeeps, keep_up

__all__ = [
    "Energy", "Forgetting", "Hits", "HomeAssistant", "Hooks", "Offers", "Pictures", "Upkeeps",
    "decline_late", "end_bookings", "end_sessions", "enqueue_mails", "finish_left", "forget_tasks",
    "join_bookings", "keep_up", "lapse_offers", "leave_at_closing", "offer_free_time", "price_sessions",
    "remind", "settle_begun", "warn_next",
]  # fmt: skip

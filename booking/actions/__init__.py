"""Writes: every way to change a booking, each in one transaction."""

from booking.actions.book import NO_OVERRIDE, Override, book, check
from booking.actions.change import cancel, extend, finish, hand_over, move
from booking.actions.decide import EARLY, approve, arrive, decline, take_offer
from booking.actions.undo import undo, undoable

__all__ = [
    "EARLY", "NO_OVERRIDE", "Override", "approve", "arrive", "book", "cancel", "check", "decline", "extend",
    "finish", "hand_over", "move", "take_offer", "undo", "undoable",
]  # fmt: skip

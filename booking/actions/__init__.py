"""Writes: every way to change a booking, each in one transaction."""

from booking.actions.book import book, check
from booking.actions.change import cancel, extend, finish, move

__all__ = ["book", "cancel", "check", "extend", "finish", "move"]

"""What is kept about people: for how long, told on request, erased on request, gone when its time is over."""

from booking.privacy.erasing import Hindered, erase, hindrances
from booking.privacy.papers import papers
from booking.privacy.purging import purge

__all__ = ["Hindered", "erase", "hindrances", "papers", "purge"]

"""From what a reader tells of a card to what may be kept of it; no UID goes further than this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from booking.allowlists import Terms
from booking.rules.cards import Card
from devices import card_keys
from devices.reader_keys import site_key
from firmware_bridge.wire import native, sun
from lab.fingerprints import fingerprint, sealed_print

NOTHING = Card(None)


@dataclass(frozen=True, slots=True)
class Marks:
    """The secrets that cards are known by; `older` is the pepper before this one, while it counts."""

    pepper: bytes = field(repr=False)
    older: bytes = field(repr=False)
    site_key: bytes = field(repr=False)
    card_secret: bytes = field(repr=False)

    @classmethod
    def of(cls, terms: Terms) -> Marks:
        return cls(terms.pepper, terms.older_pepper, site_key(terms.secret), terms.card_secret)

    def tapped(self, tap: native.Tap) -> Card:
        """A card at a reader; what a secure card signed says who it is, whatever UID was read beside it."""
        if tap.sun is None:
            return self.card(tap.uid)
        told = sun.proven(
            tap.sun.picc,
            tap.sun.cmac,
            meta_key=card_keys.meta_key(self.card_secret),
            file_key=partial(card_keys.file_key, secret=self.card_secret),
        )
        if told is None:
            return self.card(tap.uid, forged=True)
        return self.card(told.uid.hex(), counter=told.counter)

    def card(self, uid: str | None, *, counter: int | None = None, forged: bool = False) -> Card:
        """A card by its UID; one that has none that can be read is nobody's."""
        try:
            return Card(
                fingerprint(uid or "", pepper=self.pepper),
                fingerprint(uid or "", pepper=self.older) if self.older else None,
                sealed_print(uid or "", site_key=self.site_key, pepper=self.pepper),
                counter,
                forged,
            )
        except ValueError:
            return NOTHING

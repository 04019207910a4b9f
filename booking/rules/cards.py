"""What a reader met and how far it proved itself, in what may be kept of a card."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Card:
    """A card without its UID: only whoever talks to readers knows that.

    `older` is its fingerprint under the pepper before this one, `sealed` what readers know it by. `counter`
    is the read counter of a secure card that proved itself; one that only claims to be secure is `forged`.
    """

    fingerprint: str | None = field(repr=False)
    older: str | None = field(default=None, repr=False)
    sealed: str = field(default="", repr=False)
    counter: int | None = None
    forged: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """How far a badge can be believed at this tap; a copied UID is worth no more than a UID."""

    assurance: str = "uid"
    forged: bool = False
    replayed: bool = False

"""How the tests tap."""

from datetime import timedelta

from booking.checkin import Decision, check_in
from booking.rules.cards import Card
from lab.fingerprints import fingerprint
from tests.factories import NOW, PEPPER

ALICES, BOBS = "04A1B2C3D4E5F6", "04B0B0B0"
SECOND = timedelta(seconds=1)


def tap(
    device: str, nonce: str = "n-1", *, uid: str = ALICES, card: Card | None = None, now=NOW, **more
) -> Decision | None:
    return check_in(
        device=device,
        card=card or Card(fingerprint(uid, pepper=PEPPER)),
        nonce=nonce,
        now=now,
        **{"tapped_at": now - SECOND, **more},
    )

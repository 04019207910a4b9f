"""Cards beside the accounts' own: guest badges, one of them lent, and a secure card whose keys are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from booking.actions.badges import lend
from booking.actions.faults import report
from booking.demo.issue import Secrets
from booking.demo.keepsakes import Facts, new_uid
from booking.models import FaultReport
from devices.card_keys import file_key, meta_key
from devices.prints import learn_print
from devices.reader_keys import site_key
from lab.fingerprints import fingerprint, sealed_print
from lab.models import Badge, Member, Resource
from lab.models.people import current_pepper

LENT_FOR = timedelta(hours=8)
FAULTS = (("solder-1", "victor", "Le fer de gauche ne chauffe plus au-delà de 250 °C."),)


class CardRow(NamedTuple):
    label: str
    kind: str
    assurance: str = "uid"
    member: str | None = None
    guest: str = ""


CARDS = (
    CardRow("Badge invité 1", "guest", guest="Lina Roux"),
    CardRow("Badge invité 2", "guest"),
    CardRow("Carte NTAG 424 DNA", "card", "sun", member="manager"),
)


def plant_cards(
    kept: Mapping[str, Facts], *, members: Mapping[str, Member], secrets: Secrets, now: datetime
) -> dict[str, Facts]:
    """By label what a card says of itself; for a secure one the keys that it would be written with."""
    return {
        row.label: _card(row, kept.get(row.label, {}), members=members, secrets=secrets, now=now)
        for row in CARDS
    }


def plant_faults(*, members: Mapping[str, Member], now: datetime) -> None:
    """What members say is broken; once there was a report, whatever became of it, none is made."""
    for slug, who, text in FAULTS:
        resource = Resource.objects.get(slug=slug)
        if not FaultReport.objects.filter(resource=resource).exists():
            report(resource=resource, member=members[who], text=text, now=now)


def _card(
    row: CardRow, old: Facts, *, members: Mapping[str, Member], secrets: Secrets, now: datetime
) -> Facts:
    uid = str(old.get("uid") or new_uid())
    mark = fingerprint(uid, pepper=secrets.pepper)
    owner = members[row.member] if row.member else None
    badge = Badge.objects.filter(Q(fingerprint=mark) | Q(label=row.label)).first()
    if badge is None:
        facts = {"label": row.label, "kind": row.kind, "assurance": row.assurance}
        badge = Badge.objects.create(member=owner, fingerprint=mark, **facts)
        if row.guest:
            lend(badge=badge, guest=row.guest, until=now + LENT_FOR, by=members["manager"], now=now)
    elif badge.fingerprint != mark:
        badge.fingerprint, badge.pepper = mark, current_pepper()
        badge.save(update_fields=["fingerprint", "pepper"])
    sealed = sealed_print(uid, site_key=site_key(secrets.readers), pepper=secrets.pepper)
    learn_print(fingerprint=mark, sealed=sealed)
    told: Facts = {"uid": uid, "kind": row.kind, "assurance": row.assurance, "member": row.member}
    if row.assurance == Badge.Assurance.SUN:
        number = bytes.fromhex(uid)
        told["keys"] = {
            "meta_read": meta_key(secrets.cards).hex().upper(),
            "file_read": file_key(number, secrets.cards).hex().upper(),
        }
    return told

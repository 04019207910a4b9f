"""From a card that nobody has to somebody's badge: a code at the reader, typed on the web, approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from booking.actions.tell import tell, tell_managers
from booking.models import CodeTry, Enrolment, Notice, Policy
from booking.rules import codes
from booking.rules.cards import Card
from devices.models import Device
from devices.prints import learn_print
from lab.lab_time import last_moment
from lab.models import Badge, Member

LIFE = timedelta(minutes=10)
MOST_OFFERS = 10  # codes that one reader shows in the life of one
MOST_TRIES = 6  # of a member, in TRIES_WITHIN
TRIES_WITHIN = timedelta(minutes=15)
Kind = Notice.Kind


class WrongCode(Exception):
    """No card waits with this code: mistyped, used, or too old."""


class TooManyTries(Exception):
    """The member typed so many wrong codes that they have to wait."""


class Gone(Exception):
    """Somebody decided it meanwhile, or somebody else has the card."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody says of the card whose code they typed."""

    kind: str = Badge.Kind.CARD
    label: str = ""


def offer(*, device: Device, card: Card, now: datetime) -> str | None:
    """The code of a card that nobody has; empty when it waits for approval, None when there is none."""
    if card.fingerprint is None or Policy.current().new_badges == Policy.NewBadges.DESK:
        return None
    known = Enrolment.objects.filter(fingerprint=card.fingerprint).first()
    if known is not None and known.claimed_by_id is not None:
        return ""
    if known is None or known.expires_at <= now:
        recent = Enrolment.objects.filter(device=device, offered_at__gt=now - LIFE)
        if recent.count() >= MOST_OFFERS:
            return None
        known = _offered(device, card, now)
    elif card.counter is not None:
        Enrolment.objects.filter(pk=known.pk, read_counter__lt=card.counter).update(read_counter=card.counter)
    return codes.shown(_code(known))


def claim(*, member: Member, text: str, wanted: Wanted, now: datetime) -> Badge | Enrolment:
    """Ask for the card whose code this is: the badge, or the enrolment that waits for a manager.

    Raises:
        WrongCode: no card waits with it.
        TooManyTries: for a while this member's codes are not looked at.
        Gone: it became somebody's badge meanwhile.
    """
    found = _taken(member, text, wanted, now)
    if _at_once(member, now):
        return accept(enrolment=found, by=None, now=now)
    data = {"enrolment": found.pk, "label": str(found)}
    tell_managers(Kind.BADGE_ASKED, key=f"{found.pk}", now=now, by=member, data=data)
    return found


def claim_for(*, owner: Member | None, by: Member, text: str, wanted: Wanted, now: datetime) -> Badge:
    """A manager enters the card whose code this is, for a member or among the guest badges.

    Raises:
        WrongCode, TooManyTries, Gone: as for members.
    """
    return _entered(_taken(by, text, wanted, now), owner)


@transaction.atomic
def accept(*, enrolment: Enrolment, by: Member | None, now: datetime) -> Badge:
    """It is the member's badge from now on, and on the readers' lists.

    Raises:
        Gone: somebody decided it meanwhile.
    """
    row = _waiting(enrolment)
    badge = _entered(row, row.claimed_by)
    _settle(enrolment, now)
    if row.claimed_by is not None:
        data = {"badge": badge.pk, "label": str(badge)}
        tell(row.claimed_by, Kind.BADGE_GIVEN, key=f"{badge.pk}", now=now, by=by, data=data)
    return badge


@transaction.atomic
def turn_down(*, enrolment: Enrolment, by: Member, reason: str, now: datetime) -> None:
    """The card stays nobody's.

    Raises:
        Gone: somebody decided it meanwhile.
    """
    row = _waiting(enrolment)
    row.delete()
    _settle(enrolment, now)
    if row.claimed_by is not None:
        data = {"label": str(row), "reason": reason}
        tell(row.claimed_by, Kind.BADGE_DENIED, key=f"{enrolment.pk}", now=now, by=by, data=data)


def _offered(device: Device, card: Card, now: datetime) -> Enrolment:
    Enrolment.objects.filter(claimed_by=None, expires_at__lt=now - LIFE).delete()
    said = {
        "sealed": card.sealed,
        "read_counter": -1 if card.counter is None else card.counter,
        "device": device,
        "offered_at": now,
        "expires_at": now + LIFE,
    }
    row, _new = Enrolment.objects.update_or_create(fingerprint=card.fingerprint, defaults=said)
    row.code = codes.digest_of(_code(row), key=settings.CONFIG.badge_pepper)
    row.save(update_fields=["code"])
    return row


def _code(row: Enrolment) -> str:
    """The code of this offer; a second tap shows the same one."""
    about = f"{row.fingerprint} {row.offered_at.timestamp():.6f}"
    return codes.code_for(about, key=settings.CONFIG.badge_pepper)


def _taken(member: Member, text: str, wanted: Wanted, now: datetime) -> Enrolment:
    """Whoever is first has it; each try is written down before anybody looks."""
    CodeTry.objects.filter(at__lt=now - TRIES_WITHIN).delete()
    tried = CodeTry.objects.create(member=member, at=now)
    if CodeTry.objects.filter(member=member, at__gt=now - TRIES_WITHIN).count() > MOST_TRIES:
        raise TooManyTries
    code = codes.typed(text)
    digest = codes.digest_of(code, key=settings.CONFIG.badge_pepper) if code else None
    rows = Enrolment.objects.filter(code=digest, claimed_by=None, expires_at__gt=now)
    found = rows.first()
    said = {"claimed_by": member, "claimed_at": now, "code": "", "kind": wanted.kind, "label": wanted.label}
    if found is None or not rows.filter(pk=found.pk).update(**said):
        raise WrongCode
    tried.delete()
    return Enrolment.objects.get(pk=found.pk)


def _at_once(member: Member, now: datetime) -> bool:
    """Does the lab believe its members, and is this one in good standing?"""
    until = last_moment(member.member_until)
    good = not member.suspended and (until is None or now < until)
    return good and Policy.current().new_badges == Policy.NewBadges.AUTOMATIC


def _waiting(enrolment: Enrolment) -> Enrolment:
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("claimed_by")
    row = rows.filter(pk=enrolment.pk, claimed_by__isnull=False).first()
    if row is None:
        raise Gone
    return row


def _entered(row: Enrolment, owner: Member | None) -> Badge:
    secure = row.read_counter >= 0
    try:
        with transaction.atomic():
            badge = Badge.objects.create(
                member=owner,
                fingerprint=row.fingerprint,
                pepper=row.pepper,
                read_counter=row.read_counter,
                kind=row.kind,
                label=row.label,
                assurance=Badge.Assurance.SUN if secure else Badge.Assurance.UID,
            )
    except IntegrityError:
        raise Gone from None
    learn_print(fingerprint=row.fingerprint, sealed=row.sealed)
    Enrolment.objects.filter(pk=row.pk).delete()
    return badge


def _settle(enrolment: Enrolment, now: datetime) -> None:
    """A card that was decided needs no manager any more."""
    asked = Notice.objects.filter(kind=Kind.BADGE_ASKED, data__enrolment=enrolment.pk)
    asked.filter(read_at=None).update(read_at=now)
    asked.filter(mail_after__isnull=False, mailed_at=None).update(mail_after=None)

"""Hands out what a demo lab needs in clear, once: passwords, tokens, badges, device credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from booking.demo.electronics import DEVICES
from booking.demo.keepsakes import Facts, new_password, new_uid
from booking.demo.people import MEMBERS, MemberRow
from devices.enrolment import issue_credential
from devices.models import Device
from devices.prints import learn_print
from devices.reader_keys import reader_key, site_key
from lab.fingerprints import fingerprint, sealed_print
from lab.models import ApiToken, Badge, Member, Totem, Zone
from lab.models.people import current_pepper

LABEL = "demo"
BADGE = "Carte du labo"
TOTEM = "Entrée"


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What fingerprints of badges and keys of readers and of secure cards are made with."""

    pepper: bytes
    readers: bytes
    cards: bytes


def issue_people(kept: Facts, members: Mapping[str, Member], *, secrets: Secrets) -> dict[str, Facts]:
    """For each member the token, the UID and for an account the password; kept ones hold while they work."""
    tokens = set(ApiToken.objects.filter(label=LABEL).values_list("digest", flat=True))
    badges = {badge.member_id: badge for badge in Badge.objects.filter(label=BADGE)}
    issued: dict[str, Facts] = {}
    for row in MEMBERS:
        member, old = members[row.username], kept.get(row.username, {})
        known = ApiToken.digest_of(old.get("token", "")) in tokens
        issued[row.username] = {
            **({"password": _password(member, old)} if row.account else {}),
            "token": old["token"] if known else _new_token(member),
            "uid": _badge(member, old, badges.get(member.pk), secrets),
        }
    return issued


def _password(member: Member, old: Facts) -> str:
    """A password that somebody changed since is theirs, and is not set back."""
    if "password" in old and member.has_usable_password():
        return str(old["password"])
    password = str(old.get("password") or new_password())
    member.set_password(password)
    member.save(update_fields=["password"])
    return password


def _new_token(member: Member) -> str:
    ApiToken.objects.filter(member=member, label=LABEL).delete()
    return ApiToken.issue(member, label=LABEL)


def _badge(member: Member, old: Facts, badge: Badge | None, secrets: Secrets) -> str:
    uid = str(old.get("uid") or new_uid())
    mark = fingerprint(uid, pepper=secrets.pepper)
    if badge is None:
        Badge.objects.create(member=member, fingerprint=mark, label=BADGE)
    elif badge.fingerprint != mark:
        badge.fingerprint, badge.pepper = mark, current_pepper()
        badge.save(update_fields=["fingerprint", "pepper"])
    sealed = sealed_print(uid, site_key=site_key(secrets.readers), pepper=secrets.pepper)
    learn_print(fingerprint=mark, sealed=sealed)
    return uid


def issue_devices(kept: Facts, devices: Mapping[str, Device], *, secrets: Secrets) -> dict[str, Facts]:
    """For each device what it connects with and what it sits on; for a reader also its list's key."""
    issued: dict[str, Facts] = {}
    for row in DEVICES:
        device = devices[row.name]
        password = kept.get(row.name, {}).get("password")
        if not password or not (device.credential or device.revoked):
            password = issue_credential(device=device, now=timezone.now())
        place = {"resource": row.resource, "door": row.door, "zone": row.zone}
        issued[row.name] = {
            "username": row.name,
            "password": password,
            "profile": row.profile,
            **{key: slug for key, slug in place.items() if slug},
            **({"key": reader_key(device, secrets.readers).hex()} if row.profile.endswith("reader") else {}),
        }
    return issued


def issue_totems(kept: Mapping[str, str], *, site: str) -> dict[str, str]:
    """For each zone the address that pairs a screen at its entrance."""
    keys = {zone: address.partition("?key=")[2] for zone, address in kept.items()}
    issued = {}
    for zone in Zone.objects.order_by("slug"):
        key = keys.get(zone.slug, "")
        if not Totem.objects.filter(zone=zone, digest=Totem.digest_of(key), revoked_at=None).exists():
            row = Totem.objects.filter(zone=zone, label=TOTEM, revoked_at=None).first()
            row = row or Totem(zone=zone, label=TOTEM)
            key = row.renew()
            row.save()
        issued[zone.slug] = f"{site}/totem/{zone.slug}/?key={key}"
    return issued


def simulated(row: MemberRow, issued: Facts) -> Facts:
    """What the simulator needs to play one maker."""
    return {
        "token": issued["token"],
        "uid": issued["uid"],
        "door": row.door,
        "reader": row.reader,
        "resource": row.resource,
    }

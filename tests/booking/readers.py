"""Readers of the tests: badges that they know, and what they would decide alone."""

from datetime import timedelta

from reader.allowlist import opened
from reader.keyed import badge_print

from booking import allowlists
from devices.models import Device
from devices.prints import learn_print
from devices.reader_keys import reader_key, site_key
from lab.fingerprints import fingerprint, sealed_print
from lab.models import Badge, Member
from tests import factories
from tests.factories import NOW, PEPPER

SECRET = b"the secret of the readers"
TERMS = allowlists.Terms(timedelta(hours=12), timedelta(hours=72), SECRET, PEPPER)


def badge(who: Member | None, uid: str, **fields) -> Badge:
    """A badge that readers know, too."""
    made = factories.badge(who, uid, **fields)
    learn(uid)
    return made


def learn(uid: str) -> None:
    sealed = sealed_print(uid, site_key=site_key(SECRET), pepper=PEPPER)
    learn_print(fingerprint=fingerprint(uid, pepper=PEPPER), sealed=sealed)


def issued(name: str, *, now=NOW) -> allowlists.Issued | None:
    """The list that a reader is sent."""
    facts = allowlists.facts(TERMS, now=now)
    device = next(one for one in facts.devices if one.name == name)
    return allowlists.issue(device=device, facts=facts, terms=TERMS, now=now)


def alone(name: str, uid: str, *, now=NOW, listed=NOW) -> str:
    """The reason that the reader gives by itself at `now`, from the list that it got at `listed`."""
    key = reader_key(Device.objects.get(name=name), SECRET)
    held = opened(issued(name, now=listed).payload, key)
    told = held.decide(badge_print(uid, site_key(SECRET), key), int(now.timestamp()))
    assert told.granted is (told.reason == "welcome")
    return told.reason

"""Small explicit makers of rows; what a test does not name is plain: open, free, without conditions."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.models import Booking, Claim
from devices.models import Device
from lab.fingerprints import fingerprint
from lab.models import (
    Award,
    Badge,
    Certification,
    Door,
    Member,
    OpeningHours,
    Quota,
    Resource,
    Unit,
    Zone,
)
from lab.spans import Span

PARIS = ZoneInfo("Europe/Paris")
PEPPER = b"a pepper of the tests"
MONDAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 4, 10, tzinfo=PARIS)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def at(hour: float, *, day: int = 0) -> datetime:
    """A moment of the tests' Monday (or `day` days later) in the lab's zone."""
    return datetime.combine(MONDAY + timedelta(days=day), time(0), PARIS) + timedelta(hours=hour)


def span(start: float, end: float, *, day: int = 0) -> Span:
    return Span(at(start, day=day), at(end, day=day))


def member(name: str = "alice", **fields) -> Member:
    return Member.objects.create_user(name, f"{name}@example.org", "open sesame", **fields)


def manager(name: str = "charlie", **fields) -> Member:
    return member(name, role=Member.Role.MANAGER, **fields)


def zone(slug: str = "fablab", *, hours: tuple[int, int] | None = None, **fields) -> Zone:
    """A zone that never closes, or one with the same `hours` from Monday to Saturday."""
    made = Zone.objects.create(slug=slug, name=slug.title(), always_open=hours is None, **fields)
    for weekday in range(6 if hours else 0):
        OpeningHours.objects.create(zone=made, weekday=weekday, opens=time(hours[0]), closes=time(hours[1]))
    return made


def resource(slug: str = "laser-1", *, zone: Zone | None = None, units: int = 1, **fields) -> Resource:
    place = zone or Zone.objects.filter(slug="fablab").first() or _fablab()
    defaults = {"kind": "machine", "name": slug, "min_minutes": 1}
    quota = fields.pop("daily_quota_minutes", None)
    made = Resource.objects.create(slug=slug, zone=place, **(defaults | fields))
    if quota is not None:
        Quota.objects.create(resource=made, most=quota, period=Quota.Period.DAY)
    Unit.objects.bulk_create(Unit(resource=made, number=number) for number in range(1, units + 1))
    return made


def certification(slug: str = "laser") -> Certification:
    return Certification.objects.create(slug=slug, name=f"Habilitation {slug}", name_en=f"{slug} training")


def award(who: Member, what: Certification, *, expires_at: datetime | None = None) -> Award:
    return Award.objects.create(
        member=who, certification=what, awarded_at=LONG_AGO, awarded_by=None, expires_at=expires_at
    )


def badge(who: Member | None, uid: str = "04A1B2C3D4E5F6", **fields) -> Badge:
    return Badge.objects.create(member=who, fingerprint=fingerprint(uid, pepper=PEPPER), **fields)


def door(slug: str = "door-fablab", *, zone: Zone | None = None, **fields) -> Door:
    place = zone or Zone.objects.filter(slug="fablab").first() or _fablab()
    return Door.objects.create(slug=slug, name=slug, zone=place, **fields)


def device(name: str, *, claimed: bool = True, **fields) -> Device:
    return Device.objects.create(name=name, claimed_at=LONG_AGO if claimed else None, **fields)


def booking(
    who: Member, what: Resource, when: Span, *, unit: int = 1, standing: bool = True, **fields
) -> Booking:
    """A booking with one claim exactly on its span, whatever the house rules say."""
    made = Booking.objects.create(member=who, booked_by=who, starts_at=when.start, ends_at=when.end, **fields)
    Claim.objects.create(
        booking=made,
        unit=what.units.get(number=unit),
        blocked_from=when.start,
        blocked_until=when.end,
        standing=standing,
    )
    return made


def _fablab() -> Zone:
    return zone("fablab")

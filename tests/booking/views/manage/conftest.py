"""A small lab with something behind every address of the managers' pages."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry

from booking.models import Enrolment, FaultReport, Material, NoShow, Project, Upkeep, UpkeepPlan
from devices.models import Alarm, AlarmMute, AlarmRule
from lab.actions.changes import note_added
from lab.models import Closure, Hook, Member, Outage, Programme, Quota, SpecialDay, Tariff, Totem, Training
from tests import factories
from tests.factories import NOW, at, span


@dataclass(frozen=True)
class House:
    """Keys of rows that addresses name."""

    special: int
    training: int
    closure: int
    quota: int
    line: int
    outage: int
    fault: int
    no_show: int
    badge: int
    totem: int
    upkeep: int
    alarm: int
    hook: int


@pytest.fixture
def house(charlie: Member, alice: Member) -> House:
    zone = factories.zone("fablab", hours=(9, 20))
    factories.door("door-fablab", zone=zone)
    laser = factories.resource("laser-1", zone=zone, units=2)
    kit = factories.resource("kit-1", zone=zone, kind="kit")
    laser.links.create(also=kit)
    skill = factories.certification("laser")
    factories.award(alice, skill)
    tariff = Tariff.objects.create(slug="std", name="Standard", credits_per_hour=2)
    Programme.objects.create(slug="res", name="Résidence").members.add(alice)
    training = Training.objects.create(certification=skill, starts_at=at(14, day=2))
    training.taken.create(member=alice, number=1)
    closure = Closure.objects.create(starts_at=NOW + timedelta(days=9), ends_at=NOW + timedelta(days=10))
    quota = Quota.objects.create(resource=laser, most=120, period="day")
    special = SpecialDay.objects.create(zone=zone, day=date(2026, 12, 24))
    note_added(row=tariff, by=charlie)
    outage = Outage.objects.create(resource=kit, starts_at=NOW - timedelta(days=1), reason="HS")
    fault = FaultReport.objects.create(resource=laser, member=alice, text="It smokes", at=NOW)
    missed = factories.booking(alice, laser, span(8, 9), standing=False, state="missed")
    no_show = NoShow.objects.create(
        booking=missed, member=alice, at=at(8.5), objection="I was there", objected_at=at(9)
    )
    line = LogEntry.objects.get().pk
    badge = factories.badge(alice, lost_at=NOW)
    Enrolment.objects.create(
        pk=badge.pk, fingerprint="ab" * 32, device=factories.device("door-1"), offered_at=NOW, expires_at=NOW,
        claimed_by=alice, claimed_at=NOW,
    )  # fmt: skip
    totem = Totem.objects.create(zone=zone, label="Entrance", digest="cd" * 32)
    Material.objects.create(slug="pla", name="PLA", unit="g", price="0.03")
    Project.objects.create(slug="lamp", name="Lampe", member=alice)
    plan = UpkeepPlan.objects.create(pk=1, name="Optics", resource=laser, every_hours=50)
    upkeep = Upkeep.objects.create(pk=1, plan=plan, resource=laser, since=NOW)
    rule = AlarmRule.objects.create(pk=4711, device=factories.device("room-1"), key="power", limit=9)
    Alarm.objects.create(pk=4711, rule=rule, subject="x", severity="info", raised_at=NOW, noted_at=NOW)
    AlarmMute.objects.create(pk=4711, rule=rule, until=NOW, by=charlie, created_at=NOW)
    hook = Hook.objects.create(
        pk=4711, url="https://example.org/", created_by=charlie, created_at=NOW, since=NOW
    )
    hook.deliveries.create(
        pk=4711, message="msg_1", event="booking.created", payload="{}", created_at=NOW, next_at=NOW
    )
    return House(
        special.pk, training.pk, closure.pk, quota.pk, line, outage.pk, fault.pk, no_show.pk,
        badge=badge.pk, totem=totem.pk, upkeep=upkeep.pk, alarm=rule.pk, hook=hook.pk,
    )  # fmt: skip

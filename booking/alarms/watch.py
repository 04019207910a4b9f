"""The watch: every few seconds each rule is judged where it applies, by all that was read since.

Only channels that have rules are looked at, each from where it was judged last. How far each rule is (its
phase, its timer, its last reading) lies in the database with the alarms that it raised, in one transaction: a
restart judges the same readings again from there and comes to the same alarms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction

from booking.alarms import house, keeping
from booking.alarms.looks import Look, looks
from devices.models import AlarmRule, AlarmState, Service
from devices.news import AT_ONCE, News, news
from devices.queries import HEARER, store
from devices.rules.alarms import Phase, State, Step, Turn, hear, measure, observe, tick
from devices.watched import Place, mark, places
from lab.every import Every

PLACES_FOR = timedelta(seconds=10)  # devices and channels come and go slowly
HOUSE_EVERY = timedelta(seconds=10)  # of the house itself nothing depends on a second
SAVED_EVERY = timedelta(
    seconds=60
)  # how far readings were judged; less often than phases, which are saved at once
MOST_READINGS = 20_000  # a round; the rest comes in the next
Name = tuple[int, str]


@dataclass(slots=True)
class Kept:
    """Where a rule is at a place, and what of it stands in the database."""

    mark: str
    state: State
    saved: State | None = None
    saved_at: datetime | None = None


@dataclass(slots=True)
class Round:
    """What one round found: turns to keep, with their places."""

    now: datetime
    turns: list[tuple[Place, Turn, str]] = field(default_factory=list)
    left: int = MOST_READINGS
    with_house: bool = True


class Watch:
    """One in the whole lab, in the worker; `sweep` is a round."""

    def __init__(self) -> None:
        self._kept: dict[Name, Kept] | None = None
        self._places: list[Place] = []
        self._rules: list[AlarmRule] = []
        self._house = Every(HOUSE_EVERY)
        self._looked: tuple[frozenset[tuple[int, str]], datetime] | None = None

    def sweep(self, *, now: datetime) -> int:
        """How many alarms were raised or cleared."""
        try:
            return self._sweep(now)
        except BaseException:
            self._kept = None  # what the database says holds
            raise

    def _sweep(self, now: datetime) -> int:
        if self._kept is None:
            house.ensure()
            self._kept = _remembered()
        self._look_around(now)
        service = Service.objects.filter(name=HEARER).first()
        found = Round(now, with_house=self._house.due(now))
        rules = self._rules if found.with_house else [rule for rule in self._rules if not rule.house]
        seen = looks(rules, self._places, service=service, now=now)
        watched = [place for place in self._places if place.is_channel]
        if watched:
            with news(store()) as told:
                for place in watched:
                    self._hear(place, told, service, found)
        for look in seen:
            self._observe(look, found)
        names = {place.name for place in self._places} | {look.place.name for look in seen}
        return self._keep(names, found)

    def _look_around(self, now: datetime) -> None:
        rows = AlarmRule.objects.filter(enabled=True).select_related("device", "resource")
        self._rules = list(rows)
        facts = frozenset((rule.pk, f"{mark(rule)} {rule.device_id} {rule.key}") for rule in self._rules)
        if self._looked is None or self._looked[0] != facts or now - self._looked[1] >= PLACES_FOR:
            self._places, self._looked = places(self._rules), (facts, now)

    def _hear(self, place: Place, told: News, service: Service | None, found: Round) -> None:
        assert place.device is not None
        assert place.channel is not None
        now, device, key = _ns(found.now), place.device.name, place.channel.key
        kept = self._of(place, lambda: _begin(told.newest(device, key, until=now), place, now))
        since = _ns(service.since) if service else now
        heard = told.after(device, key, kept.state.at, until=now, most=max(min(found.left, AT_ONCE), 1))
        found.left -= len(heard.readings)
        for at, value in heard.readings:
            self._take(kept, place, hear(place.terms, kept.state, at, value, heard_from=since), found)
        if heard.whole and service is not None:
            until = min(_ns(service.seen_at), now)
            self._take(kept, place, tick(place.terms, kept.state, until, heard_from=since), found)

    def _observe(self, look: Look, found: Round) -> None:
        now, place = _ns(found.now), look.place
        kept = self._of(place, lambda: State(at=now))
        if look.figure is not None:
            step = measure(place.terms, kept.state, now, look.figure)
        else:
            step = observe(place.terms, kept.state, now, bad=look.bad)
        self._take(kept, place, step, found, look.about)

    def _take(self, kept: Kept, place: Place, step: Step, found: Round, about: str = "") -> None:
        kept.state, turns = step
        found.turns += [(place, turn, about) for turn in turns]

    def _of(self, place: Place, begin: Callable[[], State]) -> Kept:
        assert self._kept is not None
        kept, now = self._kept.get(place.name), mark(place.rule)
        if kept is None:
            kept = self._kept[place.name] = Kept(now, begin())
        elif kept.mark != now:  # another question: what is raised is judged by it, a timer begins anew
            raised = kept.state.phase in {Phase.RAISED, Phase.CLEARING}
            kept.state = State(Phase.RAISED if raised else Phase.NORMAL, kept.state.since, kept.state.at)
            kept.mark, kept.saved = now, None
        return kept

    def _keep(self, names: set[Name], found: Round) -> int:
        assert self._kept is not None
        houses = {rule.pk for rule in self._rules if rule.house}
        gone = [
            name
            for name in self._kept
            if name not in names and (name[0] not in houses or (found.with_house and house.is_gone(name[1])))
        ]
        due = [
            (name, kept) for name, kept in self._kept.items() if name not in gone and _is_due(kept, found.now)
        ]
        if not (gone or due or found.turns):
            return 0
        with transaction.atomic():
            keeping.close(gone, now=found.now)
            keeping.write(found.turns, now=found.now)
            _save(due)
        for name in gone:
            del self._kept[name]
        for _name, kept in due:
            kept.saved, kept.saved_at = kept.state, found.now
        return len(found.turns)


def _begin(newest: int | None, place: Place, now: int) -> State:
    """A new rule begins with the value that still speaks, else with the next one."""
    return State(at=newest - 1 if newest is not None and newest >= now - place.terms.holds else now)


def _is_due(kept: Kept, now: datetime) -> bool:
    saved, state = kept.saved, kept.state
    if saved is None or (saved.phase, saved.since) != (state.phase, state.since):
        return True
    return saved != state and (kept.saved_at is None or now - kept.saved_at >= SAVED_EVERY)


def _remembered() -> dict[Name, Kept]:
    return {(row.rule_id, row.subject): _kept(row) for row in AlarmState.objects.all()}


def _kept(row: AlarmState) -> Kept:
    samples = tuple((int(at), float(value)) for at, value in row.samples)
    state = State(Phase(row.phase), row.since, row.at, row.value, samples)
    return Kept(row.terms, state, state)


def _save(due: Iterable[tuple[Name, Kept]]) -> None:
    rows = [
        AlarmState(
            rule_id=rule,
            subject=subject,
            terms=kept.mark,
            phase=kept.state.phase,
            since=kept.state.since,
            at=kept.state.at,
            value=kept.state.value,
            samples=kept.state.samples,
        )
        for (rule, subject), kept in due
    ]
    fields = ["terms", "phase", "since", "at", "value", "samples"]
    AlarmState.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["rule", "subject"], update_fields=fields
    )


def _ns(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1e6) * 1000

"""One maker's day: book, come in, tap the machine, work, tap out, leave; nobody is perfect."""

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from devices.simulation.clients.readers import Reader
from devices.simulation.people.web import Booked, Web
from devices.simulation.plan import Person
from devices.simulation.world import World

log = logging.getLogger("simulator")
FORGETS = 0.15
GRID = timedelta(minutes=5)
AHEAD = timedelta(hours=2)
EARLY = timedelta(minutes=8)  # one may start a little before one's hour
PURPOSES = ("Boîtier capteur", "Maquette", "Pièce de robot", "Prototype d'antenne", "Réparation", "Atelier")


@dataclass
class Maker:
    person: Person
    web: Web
    world: World
    door: Reader | None
    reader: Reader | None
    rng: random.Random

    async def live(self, *, first: float) -> None:
        """Visits for ever; `first` is how many lab seconds to wait before the first one."""
        await self.world.clock.sleep(first)
        while True:
            came_in = await self.visit()
            await self._pass_time(6, 14) if came_in else await self._pass_time(12, 25)

    async def visit(self) -> bool:
        """Whether the reader on the way, if there is one, let them in."""
        booking = await self._book()
        if not await self._enter():
            return False
        await self._pass_time(0.2, 0.5)
        await self._use_machine(booking)
        await self._pass_time(0.4, 1.5)
        await self._leave()
        return True

    async def _book(self) -> Booked | None:
        """The booking to come for: one's own if there is one, else a short one as soon as the grid allows."""
        resource = self.person.resource
        if resource is None:
            return None
        now = datetime.now(UTC)
        mine = await asyncio.to_thread(self.web.mine, start=now, end=now + AHEAD, resource=resource)
        soon = [booking for booking in mine if booking.starts_at <= now + EARLY]
        if soon:
            return soon[0]
        start = _next_on_grid(now)
        end = start + timedelta(minutes=self.rng.choice((15, 20, 30)))
        purpose = self.rng.choice(PURPOSES)
        made = await asyncio.to_thread(
            self.web.book, resource=resource, start=start, end=end, purpose=purpose
        )
        if made:
            from_to = [moment.astimezone().strftime("%H:%M") for moment in (made.starts_at, made.ends_at)]
            self._tell(f"books {resource}, {'–'.join(from_to)}")
        return made

    async def _enter(self) -> bool:
        if self.door is None:
            return True
        answer = await self._tap_in(self.door)
        let_in = answer.get("do") in ("unlock", "relay")  # at a door, or counted beside a totem
        if let_in and self.person.door:
            self.world.inside[self.person.door] += 1
        return let_in

    async def _leave(self) -> None:
        if self.door is None or self.person.door is None:
            return
        self.world.inside[self.person.door] -= 1
        if self.rng.random() < FORGETS:
            self._tell("leaves through the open door and forgets to badge out")
        else:
            await self._tap(self.door)

    async def _use_machine(self, booking: Booked | None) -> None:
        if self.reader is None or self.person.resource is None:
            await self._pass_time(3, 9)
            if booking:
                await asyncio.to_thread(self.web.give_back, booking, now=datetime.now(UTC))
            return
        answer = await self._tap_in(self.reader)
        if answer.get("do") != "relay" or not answer.get("on"):
            return
        await self._work()
        if self.rng.random() < FORGETS:
            self._tell(f"forgets to tap out of {self.person.resource}")
            return
        await self._tap(self.reader)
        if booking:
            await asyncio.to_thread(self.web.give_back, booking, now=datetime.now(UTC))

    async def _work(self) -> None:
        """One or two jobs, with a look at the result after each."""
        machine = self.world.machine(self.person.resource or "")
        for _ in range(self.rng.choice((1, 1, 2))):
            await self._pass_time(0.2, 0.5)
            seed = f"{self.person.username}/{self.rng.random()}"
            machine.start(seconds=self.rng.uniform(90, 240), seed=seed, now=self.world.clock.now())
            while machine.busy(self.world.clock.now()):
                await self.world.clock.sleep(5)
        await self._pass_time(0.3, 0.8)

    async def _tap_in(self, reader: Reader) -> Mapping[str, Any]:
        """Who forgot to tap out last time is taken for leaving, and taps once more."""
        answer = await self._tap(reader)
        if answer.get("reason") == "goodbye":
            await self.world.clock.sleep(4)
            answer = await self._tap(reader)
        return answer

    async def _tap(self, reader: Reader) -> Mapping[str, Any]:
        answer = await reader.present(self.person.uid) or {"do": "nothing", "reason": "no answer"}
        self._tell(f"taps {reader.account.name}: {answer.get('reason')}")
        return answer

    async def _pass_time(self, least: float, most: float) -> None:
        await self.world.clock.sleep(60 * self.rng.uniform(least, most))

    def _tell(self, what: str) -> None:
        log.info("%s %s", self.person.username, what)


def _next_on_grid(moment: datetime) -> datetime:
    past = (moment - datetime.min.replace(tzinfo=UTC)) % GRID
    return moment + (GRID - past if past else timedelta())

"""A real person at a simulated machine: whoever unlocks it by badge sees it warm up and then work."""

from devices.simulation.world import Machine, World

LOOK_AROUND = 180.0  # lab seconds between switching on and the first job
JOB = 240.0


async def visitor(machine: Machine, world: World) -> None:
    """While the machine stays powered, one job after the other with pauses between."""
    idle_since: float | None = None
    while True:
        await world.clock.sleep(2)
        now = world.clock.now()
        if not machine.powered or machine.busy(now):
            idle_since = None
        elif idle_since is None:
            idle_since = now
        elif now - idle_since >= LOOK_AROUND:
            machine.start(seconds=JOB, seed=f"{machine.name}/{round(now)}", now=now)

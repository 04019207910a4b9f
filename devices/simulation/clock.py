"""Two times: the lab's, which may run fast for machines and people, and the true one for stamps."""

import asyncio
import time
from dataclasses import dataclass, field


@dataclass
class LabClock:
    """`speed` lab seconds pass in each true second; time stamps are never scaled."""

    speed: float = 1.0
    _start: float = field(default_factory=time.monotonic)

    def now(self) -> float:
        """Lab seconds since the simulation began."""
        return (time.monotonic() - self._start) * self.speed

    async def sleep(self, lab_seconds: float) -> None:
        await asyncio.sleep(lab_seconds / self.speed)

    @staticmethod
    def stamp() -> float:
        """True Unix seconds."""
        return time.time()

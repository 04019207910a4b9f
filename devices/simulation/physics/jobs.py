"""What a machine is: its standby draw, and the power of one job from its first second to its last."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Job(Protocol):
    """One run of a machine; `t` counts seconds from its start."""

    @property
    def length(self) -> float: ...

    def power(self, t: float) -> float: ...


@dataclass(frozen=True)
class Kind:
    """A kind of machine: watts when merely on, and how a job of so many seconds behaves."""

    standby: float
    job: Callable[[str, float], Job]

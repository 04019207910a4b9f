"""Which foreign device has which name: once given, it stays, and no two devices share one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.topics import mark, slug

LONGEST = 63


class Names:
    """A device is named by the slug of its own id; who comes later with the same slug is named by more.

    An `address` is what no two devices of a family share, such as a topic prefix. `taken` says whether a name
    belongs to a device of another family. Asking gives nothing away: only `settle` keeps what was told last,
    so that garbage under 100,000 topics leaves nothing behind.
    """

    def __init__(
        self,
        kept: Iterable[tuple[str, str]] = (),
        *,
        taken: Callable[[str, str], bool] = lambda _name, _family: False,
    ) -> None:
        self._names = dict(kept)
        self._holders = {name: address for address, name in self._names.items()}
        self._addresses = {whole.partition(" ")[2]: name for whole, name in self._names.items()}
        self._told: dict[str, str] = {}  # address → name, and the other way round
        self._asked: dict[str, str] = {}
        self._taken = taken

    def forget_told(self) -> None:
        """A new message begins."""
        if self._told:
            self._told, self._asked = {}, {}

    def of(self, family: str, own: str, address: str) -> str:
        """
        Raises:
            BadPayload: when not even the last resort is free.
        """
        whole = f"{family} {address}"
        known = self._names.get(whole) or self._told.get(whole)
        if known is not None:
            return known
        name = next((each for each in _candidates(family, own, address) if self._free(each, family)), None)
        if name is None:
            raise BadPayload("no name is free for this device")
        self._told[whole], self._asked[name] = name, whole
        return name

    def whose(self, name: str) -> tuple[str, str] | None:
        """(family, address) of a device that was given this name."""
        held = self._holders.get(name)
        if held is None:
            return None
        family, _, address = held.partition(" ")
        return family, address

    def settle(self, name: str) -> tuple[str, str] | None:
        """Keep a name that was just told: (address, name) when it is new."""
        whole = self._asked.get(name)
        if whole is None or whole in self._names:
            return None
        self._names[whole] = name
        self._holders[name] = whole
        self._addresses[whole.partition(" ")[2]] = name
        return whole, name

    def is_anothers(self, topic: str, *, mine: Collection[str]) -> bool:
        """Does it lie in the tree of a device other than `mine`: below its address, or its name?

        Brokers give each device the tree of its name, whatever it calls itself.
        """
        levels = topic.split("/")
        above = ("/".join(levels[:count]) for count in range(1, len(levels)))
        holders = {self._addresses[each] for each in above if each in self._addresses}
        if levels[0] in self._holders or self._taken(levels[0], ""):
            holders.add(levels[0])
        return not holders <= set(mine)

    def _free(self, name: str, family: str) -> bool:
        held = name in self._holders or name in self._asked
        return not held and not self._taken(name, family)


def _candidates(family: str, own: str, address: str) -> Iterable[str]:
    short, long = slug(own), slug(address)
    if short:
        yield short
    if short and long:
        yield long
    yield f"{(short or family)[: LONGEST - 9]}-{mark(address)}"

"""Whose message is next: each device in its turn, so that one that floods makes nobody else wait."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator

from firmware_bridge.links.dialling import Message

MOST_WAITING = 200  # messages of one device: more than hands can tap, less than a second's work


class Turns:
    """Messages that wait, in the order of their device; `most` of each."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._queues: OrderedDict[str, deque[Message]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._queues)

    def waits(self, topic: str) -> bool:
        """Has the device of this topic a message here?"""
        return _device(topic) in self._queues

    def admit(self, messages: Iterable[Message]) -> Iterator[Message]:
        """Let them queue; gives back what is too much.

        A redelivered message always finds room: it may have been answered, and only its turn can tell.
        """
        for message in messages:
            queue = self._queues.setdefault(_device(message.topic), deque())
            if len(queue) < self._most or message.dup:
                queue.append(message)
            else:
                yield message

    def next(self) -> Message | None:
        """The oldest message of the device whose turn it is; the device then stands behind the others."""
        if not self._queues:
            return None
        device, queue = self._queues.popitem(last=False)
        message = queue.popleft()
        if queue:
            self._queues[device] = queue
        return message


def _device(topic: str) -> str:
    return topic.rpartition("/")[0]

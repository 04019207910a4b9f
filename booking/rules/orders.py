"""Whether a device may be switched now: what forbids it, and what a manager may insist on all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Who may order a control."""

    NOBODY = "nobody"
    MANAGERS = "managers"
    SESSION = "session"


class Hindrance(StrEnum):
    """Why an order is not given."""

    UNCLAIMED = "device_unclaimed"
    OFFLINE = "device_offline"
    NOT_ALLOWED = "not_allowed"
    NO_SESSION = "no_session"
    BUSY = "machine_busy"
    BY_BADGE = "by_badge"
    DOWN = "machine_down"
    OTHERS = "other_session"
    REASON = "reason_needed"
    CONFIRM = "not_confirmed"


# Unsafe or unusual, and still sometimes right: a manager who says why may insist.
DOUBTS = frozenset({Hindrance.BUSY, Hindrance.BY_BADGE, Hindrance.DOWN, Hindrance.OTHERS})


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order and what is known when it is given. `at_work` is a job, or heat that needs the power;
    `by_badge` tells that a reader decides who starts it; `own` and `others` are sessions that run.
    """

    on: bool
    press: bool
    manager: bool
    who: Who
    claimed: bool = True
    online: bool = True
    at_work: bool = False
    by_badge: bool = False
    down: bool = False
    own: bool = False
    others: bool = False
    confirm: bool = False
    confirmed: bool = False
    insists: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """`hindrances` stand in the way; `doubts` are what a manager insisted on in spite of."""

    hindrances: tuple[Hindrance, ...]
    doubts: tuple[Hindrance, ...] = ()


def judge_order(facts: OrderFacts) -> Judged:
    """All that stands in the way, at once."""
    forbidden, doubts = tuple(_forbidden(facts)), tuple(_doubts(facts))
    insisted = facts.manager and facts.insists
    if not insisted:
        forbidden += doubts
        doubts = ()
    elif doubts and not facts.reason.strip():
        forbidden += (Hindrance.REASON,)
    if facts.confirm and not facts.confirmed:
        forbidden += (Hindrance.CONFIRM,)
    return Judged(forbidden, () if forbidden else doubts)


def may_ask(*, manager: bool, who: Who, own: bool) -> bool:
    """Is this control offered to them at all?"""
    return who is not Who.NOBODY and (manager or (who is Who.SESSION and own))


def _forbidden(f: OrderFacts) -> Iterator[Hindrance]:
    if f.who is Who.NOBODY or (f.who is Who.MANAGERS and not f.manager):
        yield Hindrance.NOT_ALLOWED
    elif not f.manager and not f.own:
        yield Hindrance.NO_SESSION
    if not f.claimed:
        yield Hindrance.UNCLAIMED
    if not f.online:
        yield Hindrance.OFFLINE


def _doubts(f: OrderFacts) -> Iterator[Hindrance]:
    cuts = f.press or not f.on
    if cuts and f.at_work:
        yield Hindrance.BUSY
    if not cuts and f.by_badge:
        yield Hindrance.BY_BADGE
    if not cuts and f.down:
        yield Hindrance.DOWN
    if f.others:
        yield Hindrance.OTHERS

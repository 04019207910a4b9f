"""Whether a device may be switched: never under somebody's hands, never round the reader."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.orders import DOUBTS, Hindrance, OrderFacts, Who, judge_order, may_ask

MANAGER = OrderFacts(on=True, press=False, manager=True, who=Who.MANAGERS)
MAKER = OrderFacts(on=True, press=False, manager=False, who=Who.SESSION, own=True)
ANY = st.builds(
    OrderFacts,
    who=st.sampled_from(Who),
    reason=st.sampled_from(["", " ", "the fuse"]),
    **{
        name: st.booleans()
        for name in (
            "on", "press", "manager", "claimed", "online", "at_work", "by_badge", "down", "own", "others",
            "confirm", "confirmed", "insists",
        )
    },
)  # fmt: skip


@pytest.mark.parametrize("facts", [MANAGER, MAKER, replace(MAKER, on=False), replace(MANAGER, press=True)])
def test_nothing_stands_in_the_way(facts):
    assert judge_order(facts).hindrances == ()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (replace(MANAGER, who=Who.NOBODY), [Hindrance.NOT_ALLOWED]),
        (replace(MAKER, who=Who.MANAGERS), [Hindrance.NOT_ALLOWED]),
        (replace(MAKER, own=False), [Hindrance.NO_SESSION]),
        (replace(MAKER, own=False, others=True), [Hindrance.NO_SESSION, Hindrance.OTHERS]),
        (replace(MANAGER, claimed=False, online=False), [Hindrance.UNCLAIMED, Hindrance.OFFLINE]),
        (replace(MANAGER, on=False, at_work=True), [Hindrance.BUSY]),
        (replace(MANAGER, press=True, at_work=True), [Hindrance.BUSY]),
        (replace(MAKER, by_badge=True, down=True), [Hindrance.BY_BADGE, Hindrance.DOWN]),
        (replace(MANAGER, others=True), [Hindrance.OTHERS]),
        (replace(MANAGER, confirm=True), [Hindrance.CONFIRM]),
        (replace(MANAGER, on=False, at_work=True, insists=True, reason=" "), [Hindrance.REASON]),
        (replace(MAKER, on=False, at_work=True, insists=True, reason="now"), [Hindrance.BUSY]),
    ],
)
def test_everything_that_stands_in_the_way_is_told_at_once(facts, why):
    assert list(judge_order(facts).hindrances) == why


@pytest.mark.parametrize(
    "facts", [replace(MANAGER, at_work=True), replace(MANAGER, on=False, by_badge=True, down=True)]
)
def test_what_does_no_harm_this_way_is_no_doubt(facts):
    """A machine at work may be told to stay on; a reader's machine that is out of order may be cut off."""
    assert judge_order(facts).hindrances == ()


def test_a_manager_who_says_why_insists_and_the_doubts_stay_with_the_order():
    facts = replace(MANAGER, on=False, at_work=True, others=True, insists=True, reason="it burns")
    judged = judge_order(facts)

    assert (judged.hindrances, judged.doubts) == ((), (Hindrance.BUSY, Hindrance.OTHERS))


@given(ANY)
def test_a_member_never_gets_past_a_doubt_and_nobody_past_what_is_forbidden(facts):
    judged = judge_order(facts)

    if judged.hindrances:
        assert judged.doubts == ()
        return
    assert facts.who is not Who.NOBODY
    assert facts.claimed
    assert facts.online
    assert set(judged.doubts) <= DOUBTS
    cuts = facts.press or not facts.on
    if not facts.manager:
        assert facts.own
        assert judged.doubts == ()
        assert not (cuts and facts.at_work)
        assert not (not cuts and facts.by_badge)
    if judged.doubts:
        assert facts.reason.strip()


@given(ANY)
def test_what_is_not_offered_is_never_ordered(facts):
    if not may_ask(manager=facts.manager, who=facts.who, own=facts.own):
        assert judge_order(facts).hindrances

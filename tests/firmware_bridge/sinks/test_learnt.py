"""What a decoder must know again: names for ever, explanations within bounds."""

import pytest

from firmware_bridge.sinks import learnt
from firmware_bridge.sinks.embedded import Batch, Store


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "t.sqlite3")
    yield opened
    opened.close()


def test_a_name_is_given_once(store):
    store.write(Batch(names=[("tasmota +/plug", "plug")]))
    store.write(Batch(names=[("tasmota +/plug", "other"), ("tasmota home/+/plug", "home-plug")]))

    assert store.names() == [("tasmota +/plug", "plug"), ("tasmota home/+/plug", "home-plug")]


def test_the_newest_explanation_of_a_topic_counts(store):
    store.write(Batch(1, lessons=[("a", b"1"), ("b", b"1"), ("a", b"2")]))
    store.write(Batch(2, lessons=[("b", b"1"), ("c", b"3")]))

    assert store.lessons() == [(1, "a", b"2"), (1, "b", b"1"), (2, "c", b"3")]


def test_an_explanation_can_be_forgotten(store):
    store.write(Batch(1, lessons=[("a", b"1")]))
    store.write(Batch(2, lessons=[("a", None), ("never", None)]))

    assert store.lessons() == []


def test_explanations_have_an_end(store, monkeypatch):
    monkeypatch.setattr(learnt, "MOST_LESSONS", 3)
    monkeypatch.setattr(learnt, "MOST_LESSON_BYTES", 250)
    for number in range(6):
        store.write(Batch(number, lessons=[(f"t{number}", b"x" * 10)]))
    few = [topic for _, topic, _ in store.lessons()]

    store.write(Batch(9, lessons=[("large", b"x" * 240)]))

    assert few == ["t3", "t4", "t5"]
    assert [topic for _, topic, _ in store.lessons()] == ["t5", "large"]

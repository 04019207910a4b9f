"""Events go into the outbox of those hooks that want them, in the transaction of the fact."""

import json

import pytest
from django.db import transaction

from lab.actions import hooks
from lab.models import Delivery, Hook, house
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def hook(*events, **fields):
    defaults = {"url": "https://example.org/etabli", "created_at": NOW, "since": NOW}
    return Hook.objects.create(events=list(events), **(defaults | fields))


def post(event="device.online", **more):
    hooks.post(event=event, data={"device": "plug-1"}, now=NOW, **more)


def test_only_those_that_want_it_and_are_switched_on_are_told():
    wants = hook("device.online", "device.offline")
    hook("device.offline")
    hook("device.online", enabled=False)

    post()

    row = Delivery.objects.get()
    assert (row.hook, row.event, row.state, row.next_at) == (wants, "device.online", "waiting", NOW)
    assert json.loads(row.payload) == {
        "type": "device.online",
        "timestamp": "2026-05-04T10:00:00+02:00",
        "data": {"device": "plug-1"},
    }


def test_where_nobody_listens_it_costs_nothing(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(house, "LATELY", 600)
    hook("booking.created")
    hooks.hooks()

    with django_assert_num_queries(0):
        for _ in range(10):
            post()


def test_what_is_undone_was_never_told():
    hook("device.online")
    with transaction.atomic():
        post()
        transaction.set_rollback(True)

    assert not Delivery.objects.exists()


def test_two_hooks_get_the_same_message_each_for_itself():
    hook("device.online")
    hook("device.online")

    post()

    assert len(set(Delivery.objects.values_list("message", flat=True))) == 1
    assert Delivery.objects.count() == 2


def test_a_member_is_a_pseudonym_and_only_where_a_manager_wants_it():
    alice, bob = factories.member("alice"), factories.member("bob")
    asks, silent = hook("device.online", members=True), hook("device.online")

    for who in (alice, bob, alice):
        post(member=who.pk)

    told = [json.loads(row.payload)["data"].get("member") for row in asks.deliveries.order_by("pk")]
    assert told[0] == told[2] != told[1]
    assert told[0].startswith("mem_")
    assert str(alice.pk) != told[0].removeprefix("mem_")
    assert not any("member" in json.loads(row.payload)["data"] for row in silent.deliveries.all())


def test_a_hook_that_was_deleted_a_moment_ago_undoes_nothing():
    gone = hook("device.online")
    hooks.hooks()
    Hook.objects.model._base_manager.filter(pk=gone.pk)._raw_delete("default")  # by another process

    post()

    assert Delivery.objects.get().hook_id == gone.pk


def test_for_a_day_messages_are_signed_with_both_secrets():
    row = hook("device.online")
    old = row.secret

    new = hooks.rotate(hook=row, now=NOW)

    assert row.keys(NOW) == [new, old]
    assert row.keys(NOW + hooks.OLD_SIGNS) == [new]


def test_switched_off_what_waits_is_given_up_and_switched_on_old_things_stay_untold():
    row = hook("device.online")
    post()
    hooks.switch(hook=row, on=False, now=NOW)
    assert row.deliveries.get().state == "dead"

    hooks.switch(hook=row, on=True, now=factories.at(12))

    fact = hooks.Fact("device.online", "fact_1", factories.at(11), {}, None)
    assert hooks.post_once([fact], now=factories.at(12)) == 0
    assert hooks.post_once([fact._replace(at=factories.at(12))], now=factories.at(12)) == 1
    assert hooks.post_once([fact._replace(at=factories.at(12))], now=factories.at(12)) == 0

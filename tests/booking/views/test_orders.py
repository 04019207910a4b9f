"""The switches of a device: who sees them, what is refused and why, what is insisted on; and as JSON."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from booking.models import UsageSession
from devices.models import Control, Order
from devices.queries import store as store_path
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from lab.models import Outage
from tests import factories
from tests.callers import Caller

pytestmark = pytest.mark.django_db
PAGE = "/devices/plug-1/orders/"


@pytest.fixture
def printer():
    return factories.resource("printer-1", busy_above_w=60)


@pytest.fixture
def relay(printer):
    plug = factories.device("plug-1", resource=printer, online=True)
    Control.objects.create(device=plug, key="restart", press=True, who="managers", confirm=True)
    return Control.objects.create(device=plug, key="relay", who="session")


@pytest.fixture
def manager():
    return factories.manager(language="en")


@pytest.fixture
def alice():
    return factories.member(language="en")


def browser(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


def running(printer, who, **fields):
    return UsageSession.objects.create(resource=printer, member=who, started_at=timezone.now(), **fields)


def told(answer):
    return answer.content.decode()


def test_whoever_uses_it_switches_it_and_reads_what_becomes_of_it(relay, printer, alice):
    running(printer, alice)
    client = browser(alice)

    assert "Switch on" in told(client.get("/devices/plug-1/"))
    answer = client.post(PAGE, {"channel": "relay", "value": "on"}, headers={"HX-Request": "true"})
    order = Order.objects.get()
    assert (answer.status_code, order.on, order.by, order.state) == (200, True, alice, "waiting")
    assert "wanted: on; about to be sent" in told(answer)
    assert "throttle:1s, every 1s" in told(answer)
    Order.objects.update(sent_at=timezone.now(), done_at=timezone.now())
    page = told(client.get("/devices/plug-1/"))
    assert "the device says so" in page
    assert "throttle:1s, every 5s" in page


def test_others_see_no_switch_and_are_refused_one(relay, alice):
    client = browser(alice)

    assert "Switch on" not in told(client.get("/devices/plug-1/"))
    answer = client.post(PAGE, {"channel": "relay", "value": "on"})
    assert answer.status_code == 422
    assert "Whoever uses it right now may switch it" in told(answer)
    assert not Order.objects.exists()


def test_a_running_job_is_never_cut_unless_a_manager_says_why(relay, printer, alice, manager):
    running(printer, alice, busy_since=timezone.now(), heard_at=timezone.now())
    off = {"channel": "relay", "value": "off"}

    assert "must not be cut" in told(browser(alice).post(PAGE, off | {"insist": "1", "reason": "I want to"}))
    client = browser(manager)
    assert "Do it all the same" in told(client.post(PAGE, off))
    assert "Say why it is done" in told(client.post(PAGE, off | {"insist": "1"}))
    assert not Order.objects.exists()
    answer = client.post(PAGE, off | {"insist": "1", "reason": "It smells of smoke"})
    order = Order.objects.get()
    assert answer["Location"] == "/devices/plug-1/"
    assert (order.doubts, order.reason) == (["machine_busy", "other_session"], "It smells of smoke")
    assert "In spite of: At work, Somebody else is using it." in told(client.get("/devices/plug-1/"))


@pytest.mark.parametrize(("word", "status"), [("busy", 422), ("idle", 200), ("off", 200)])
def test_what_the_controller_says_now_counts_as_a_job(
    relay, printer, alice, settings, tmp_path, word, status
):
    settings.CONFIG = replace(settings.CONFIG, state=tmp_path)
    running(printer, alice)
    store = Store(store_path())
    store.write(Batch(readings=[[Reading("plug-1", "state", word, "", time.time_ns(), True)]]))
    store.close()

    answer = browser(alice).post(PAGE, {"channel": "relay", "value": "off"}, headers={"HX-Request": "true"})

    assert answer.status_code == status


def test_a_switch_is_no_way_round_the_reader(relay, printer, alice):
    running(printer, alice)
    factories.device("reader-1", profile="machine-reader", resource=printer)

    answer = browser(alice).post(PAGE, {"channel": "relay", "value": "on"})
    assert "a switch must not go round it" in told(answer)


def test_what_is_out_of_order_is_not_switched_on_by_members(relay, printer, alice):
    running(printer, alice)
    Outage.objects.create(resource=printer, starts_at=timezone.now() - timedelta(hours=1))

    assert "It is out of order" in told(browser(alice).post(PAGE, {"channel": "relay", "value": "on"}))


def test_what_may_disturb_is_asked_again(relay, manager):
    client = browser(manager)
    press = {"channel": "restart", "value": "press"}

    assert "Yes, restart it" in told(client.post(PAGE, press))
    assert not Order.objects.exists()
    client.post(PAGE, press | {"insist": "1"})
    assert Order.objects.get().word == "press"


def test_a_manager_chooses_who_may_switch_it(relay, manager, alice):
    Control.objects.update(who="nobody", confirm=False)
    client = browser(manager)
    assert "Nobody may switch it yet" in told(client.get("/devices/plug-1/"))
    kept = {f"who-{relay.pk}": "managers", f"confirm-{relay.pk}": "on"}

    assert browser(alice).post("/devices/plug-1/controls/", kept).status_code == 403
    client.post("/devices/plug-1/controls/", kept | {"who-999": "session"})
    relay.refresh_from_db()
    assert (relay.who, relay.confirm) == ("managers", True)


def test_an_unknown_channel_or_device_is_not_found(relay, manager):
    client = browser(manager)

    assert client.post(PAGE, {"channel": "power", "value": "on"}).status_code == 404
    assert client.get("/devices/moon/orders/").status_code == 404


def test_programs_order_follow_and_list(relay, manager):
    call = Caller(manager)

    status, order = call(
        "POST", "devices/plug-1/orders", {"channel": "relay", "value": "on", "reason": "test"}
    )
    assert (status, order["state"], order["value"], order["done_at"]) == (202, "waiting", "on", None)
    assert call("GET", f"orders/{order['id']}") == (200, order)
    assert call("GET", "devices/plug-1/orders")[1]["items"] == [order]
    listed = call("GET", "devices/plug-1/controls")[1]["items"]
    assert listed[0] == {"channel": "relay", "press": False, "who": "session", "confirm": False}


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"channel": "power", "value": "on"}, 422, "not_controllable"),
        ({"channel": "relay", "value": "press"}, 422, "invalid"),
        ({"channel": "relay", "value": "maybe"}, 422, "invalid"),
        ({"channel": "restart", "value": True}, 422, "invalid"),
        ({"channel": "restart", "value": "press"}, 422, "not_confirmed"),
    ],
)
def test_programs_are_told_why_not(relay, manager, wish, status, code):
    answered, problem = Caller(manager)("POST", "devices/plug-1/orders", wish)

    assert (answered, problem["code"]) == (status, code)


def test_members_see_their_own_orders_only(relay, printer, alice, manager):
    Caller(manager)("POST", "devices/plug-1/orders", {"channel": "relay", "value": "on"})
    order = Order.objects.get()

    assert Caller(alice)("GET", f"orders/{order.pk}")[0] == 404
    assert Caller(alice)("GET", "devices/plug-1/orders")[1]["items"] == []
    assert Caller(alice)("POST", "devices/plug-1/orders", {"channel": "relay", "value": "on"})[0] == 403

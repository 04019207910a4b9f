"""Orders to devices: given, followed, looked up."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from booking import orders
from booking.order_words import DETAILS, TITLES
from booking.rules.orders import Hindrance
from devices import queries
from devices.models import Device, Order
from lab.asked import Text
from lab.auth import asking
from lab.lab_time import iso
from lab.models import Member
from lab.paging import Slice, page
from lab.problems import Problem

router = Router(tags=["devices"])
VALUES = {"on": True, "off": False, "press": True, True: True, False: False}
FORBIDDEN = {Hindrance.NOT_ALLOWED, Hindrance.NO_SESSION}


class Wanted(Schema):
    """What a channel shall be: `on`, `off`, or `press` for a restart.

    A manager may `insist` with a reason on what is unsafe or unusual; some orders have to be confirmed.
    """

    channel: Text
    value: bool | Text
    reason: Text = Field("", max_length=200)
    insist: bool = False
    confirm: bool = False


class Told(Schema):
    """An order: `state` is waiting, sent, done (the device reports it) or failed; `failure` is a code."""

    id: int
    device: str
    channel: str
    value: str
    state: str
    failure: str
    answer: str
    reason: str
    insisted_on: list[str]
    by: str | None
    created_at: str
    expires_at: str
    sent_at: str | None
    done_at: str | None
    failed_at: str | None


@router.post("devices/{device}/orders", summary="Switch or restart a device", response={202: Told})
def give(request: HttpRequest, device: str, payload: Wanted) -> Any:
    """Given is not done: done is what the device reports. Ask for the order until it is done or failed."""
    reader = asking(request)
    found = get_object_or_404(queries.visible(reader), name=device)
    control = found.controls.select_related("device__resource").filter(key=payload.channel).first()
    on = VALUES.get(payload.value)
    if control is None:
        raise Problem(422, "not_controllable", _("This channel can't be switched."), payload.channel)
    if on is None or (payload.value == "press") is not control.press:
        raise Problem(422, "invalid", _("`on` or `off` is meant, or `press` where there is no state."))
    try:
        order = orders.give(
            control=control,
            on=on,
            by=reader,
            now=timezone.now(),
            reason=payload.reason,
            insists=payload.insist,
            confirmed=payload.confirm,
        )
    except orders.Hindered as hindered:
        raise _problem(hindered) from None
    return Status(202, shape(order))


@router.get("devices/{device}/orders", summary="What a device was ordered, the newest first")
def of_device(request: HttpRequest, device: str, part: Query[Slice]) -> dict[str, Any]:
    """Managers see every order, others their own."""
    found = get_object_or_404(queries.visible(asking(request)), name=device)
    return page(request, _seen_by(asking(request)).filter(control__device=found), part, shape)


@router.get("devices/{device}/controls", summary="What can be switched, and by whom")
def controls(request: HttpRequest, device: str) -> dict[str, Any]:
    found: Device = get_object_or_404(queries.visible(asking(request)), name=device)
    rows = [
        {"channel": row.key, "press": row.press, "who": row.who, "confirm": row.confirm}
        for row in found.controls.all()
    ]
    return {"items": rows, "next": None}


@router.get("orders/{int:pk}", summary="How an order stands", response=Told)
def one(request: HttpRequest, pk: int) -> Any:
    return shape(get_object_or_404(_seen_by(asking(request)), pk=pk))


def shape(order: Order) -> dict[str, Any]:
    return {
        "id": order.pk,
        "device": order.control.device.name,
        "channel": order.control.key,
        "value": order.word,
        "state": order.state,
        "failure": order.failure,
        "answer": order.answer,
        "reason": order.reason,
        "insisted_on": order.doubts,
        "by": order.by.display_name if order.by else None,
        "created_at": iso(order.created_at),
        "expires_at": iso(order.expires_at),
        "sent_at": iso(order.sent_at),
        "done_at": iso(order.done_at),
        "failed_at": iso(order.failed_at),
    }


def _seen_by(reader: Member) -> QuerySet[Order]:
    rows = Order.objects.select_related("control__device", "by")
    return rows if reader.is_manager else rows.filter(by=reader)


def _problem(hindered: orders.Hindered) -> Problem:
    told = [
        {"code": code, "title": str(TITLES[code]), "detail": str(DETAILS[code]), "data": {}}
        for code in hindered.hindrances
    ]
    status = 403 if FORBIDDEN & set(hindered.hindrances) else 422
    first = told[0]
    return Problem(status, str(first["code"]), str(first["title"]), str(first["detail"]), objections=told)

"""Waiting for a time over the API: join, see one's place, take what is offered or leave it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from booking.actions import wait as actions
from booking.api import shapes
from booking.api.answers import BookingAnswer
from booking.api.wishes import kind_of, resources_of, span_of
from booking.models import Wait
from booking.queries import waits as queries
from booking.refusals import Refused
from lab.asked import Number, Text, Written
from lab.auth import asking
from lab.lab_time import iso
from lab.models import Member, Resource
from lab.paging import Slice, page
from lab.problems import Problem

router = Router(tags=["waitlist"])
ACCEPTED: dict[str, Any] = {"response": BookingAnswer, "exclude_unset": True}


class Wished(Schema, extra="forbid"):
    """So many minutes of a resource, or of any of a kind, within a window."""

    resource: Text | None = None
    kind: Text = ""
    starts_at: Written
    ends_at: Written
    minutes: Number = Field(ge=1, le=366 * 24 * 60)
    purpose: Text = Field("", max_length=200)


@router.get("waits", summary="What I wait for")
def waits(request: HttpRequest, part: Query[Slice]) -> dict[str, Any]:
    """Those that are not over; offers first."""
    return page(request, queries.of(asking(request)), part, _shape)


@router.post("waits", summary="Wait for a time", response={201: dict[str, Any]})
def join(request: HttpRequest, payload: Wished) -> Any:
    """Refused with every objection that would stand even if everything were free."""
    member = asking(request)
    resource = _wanted(payload)
    try:
        row = actions.join(
            member=member,
            window=span_of(payload.starts_at, payload.ends_at),
            minutes=payload.minutes,
            now=timezone.now(),
            resource=resource,
            kind=payload.kind,
            purpose=payload.purpose,
        )
    except Refused as refused:
        return shapes.refused(refused)
    return Status(201, _shape(row))


@router.delete("waits/{int:pk}", summary="Wait no longer", response={204: None})
def withdraw(request: HttpRequest, pk: int) -> Any:
    """What is on offer goes to the next one."""
    return _deed(request, pk, actions.withdraw)


@router.post("waits/{int:pk}/decline", summary="Not this time", response={204: None})
def decline(request: HttpRequest, pk: int) -> Any:
    """It goes to the next one; the wait goes on for what is left of its window."""
    return _deed(request, pk, actions.decline)


@router.post("waits/{int:pk}/accept", summary="Take what is offered", **ACCEPTED)
def accept(request: HttpRequest, pk: int) -> Any:
    row = _own(request, pk)
    return shapes.answer(lambda: actions.accept(wait=row, now=timezone.now()), asking(request))


def _deed(request: HttpRequest, pk: int, act: Callable[..., Wait]) -> Any:
    try:
        act(wait=_own(request, pk), by=asking(request), now=timezone.now())
    except Refused as refused:
        return shapes.refused(refused)
    return Status(204, None)


def _wanted(payload: Wished) -> Resource | None:
    if (payload.resource is None) == (payload.kind == ""):
        raise Problem(422, "invalid", _("Name either a resource or a kind"))
    if payload.resource is not None:
        return resources_of([payload.resource])[0]
    kind_of(payload.kind)
    return None


def _own(request: HttpRequest, pk: int) -> Wait:
    member: Member = asking(request)
    row = Wait.objects.select_related("member", "resource", "offer").filter(pk=pk).first()
    if row is None:
        raise Http404
    if row.member_id != member.pk and not member.is_manager:
        raise PermissionDenied(_("This wait is somebody else's."))
    return row


def _shape(row: Wait) -> dict[str, Any]:
    offer = row.offer if row.state == Wait.State.OFFERED else None
    return {
        "id": row.pk,
        "resource": row.resource.slug if row.resource else None,
        "kind": row.kind or None,
        **shapes.span(row.window),
        "minutes": row.minutes,
        "purpose": row.purpose,
        "state": row.state,
        "place": queries.place_in_line(row) if row.state == Wait.State.WAITING else None,
        "offer": None
        if offer is None
        else {"booking": offer.pk, **shapes.span(offer.span), "until": iso(offer.held_until)},
        "created_at": iso(row.created_at),
    }

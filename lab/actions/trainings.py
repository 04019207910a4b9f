"""Seats of a training, and the certification that those who came earn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from lab.actions.awards import award
from lab.models import Award, Member, Seat, Training


class NoSeat(Exception):
    """None is left."""


class TooLate(Exception):
    """It has begun."""


def take_seat(*, training: Training, member: Member, now: datetime) -> Seat:
    """The lowest free seat; whoever has one keeps it.

    Raises:
        TooLate: when the training has begun.
        NoSeat: when every seat is taken.
    """
    if training.starts_at <= now:
        raise TooLate
    while True:
        try:
            with transaction.atomic():
                return _take(training, member, now)
        except IntegrityError:  # somebody sat down on it in between: the next one then
            continue


def _take(training: Training, member: Member, now: datetime) -> Seat:
    held = training.taken.filter(member=member).first()
    if held is not None:
        return held
    # Locked, so that the number of seats does not sink meanwhile.
    seats = Training.objects.select_for_update().get(pk=training.pk).seats
    taken = set(training.taken.values_list("number", flat=True))
    free = next((number for number in range(1, seats + 1) if number not in taken), None)
    if free is None:
        raise NoSeat
    return Seat.objects.create(training=training, member=member, number=free, taken_at=now)


def give_up_seat(*, training: Training, member: Member, now: datetime) -> bool:
    """Was there one to give up?

    Raises:
        TooLate: when the training has begun.
    """
    if training.starts_at <= now:
        raise TooLate
    return bool(training.taken.filter(member=member).delete()[0])


@transaction.atomic
def move_together(training: Training) -> None:
    """Number the taken seats from 1, so that fewer seats leave no hidden ones."""
    for number, seat in enumerate(training.taken.order_by("number"), start=1):
        if seat.number != number:
            seat.number = number
            seat.save(update_fields=["number"])


@transaction.atomic
def award_attendees(
    *,
    training: Training,
    members: Iterable[Member],
    by: Member,
    now: datetime,
    expires_at: datetime | None = None,
) -> list[Award]:
    """Give or renew the training's certification to those who were there."""
    return [
        award(member=member, certification=training.certification, by=by, now=now, expires_at=expires_at)
        for member in members
    ]

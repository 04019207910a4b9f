"""Reading a wish out of a request: spans that make sense, resources and members that exist."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Literal

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from booking.actions import NO_OVERRIDE, Override
from booking.house import house
from booking.models import Project
from booking.queries import people, projects
from booking.refusals import Refused
from booking.rules.repeat import MOST
from booking.rules.wishes import Code, Objection
from lab.asked import Moment, Number, Text, Written, within_reason
from lab.models import Member, Resource
from lab.problems import Problem
from lab.spans import Span


class OtherTime(Schema, extra="forbid"):
    """Another time for one occurrence of a series, on other resources where they are named."""

    resources: list[Text] | None = Field(None, min_length=1, max_length=20)
    starts_at: Written
    ends_at: Written


# By the occurrences' starts: another time, or "skip" for those that stay out.
Resolutions = Annotated[dict[Moment, Literal["skip"] | OtherTime], Field(max_length=MOST)]


class Wish(Schema, extra="forbid"):
    """What somebody would like to book; a resource named twice asks for two units.

    `project` is the slug of one that the member may charge to.
    `member` (for whom), `override` (codes of objections to set aside) and its `reason` are for managers.
    With `repeat`, a rule of RFC 5545, it is a series of which these are the first times.
    """

    resources: list[Text] = Field(min_length=1, max_length=20)
    starts_at: Written
    ends_at: Written
    purpose: Text = Field("", max_length=200)
    project: Text | None = Field(None, max_length=63)
    member: Text | None = Field(None, max_length=150)
    override: list[Code] = Field([], max_length=20)
    reason: Text = Field("", max_length=300)
    repeat: Text | None = Field(None, examples=["FREQ=WEEKLY;COUNT=10"])
    resolve: Resolutions = {}


class Change(Schema, extra="forbid"):
    """What shall be different; what isn't named stays; an empty `project` is none.

    `override` and `reason` are for managers.
    """

    resources: list[Text] | None = Field(None, min_length=1, max_length=20)
    starts_at: Written | None = None
    ends_at: Written | None = None
    purpose: Text | None = Field(None, max_length=200)
    project: Text | None = Field(None, max_length=63)
    override: list[Code] = Field([], max_length=20)
    reason: Text = Field("", max_length=300)


class Extension(Schema, extra="forbid"):
    """How much longer."""

    minutes: Number = Field(ge=1, le=24 * 60)


class Decision(Schema, extra="forbid"):
    """Why; it is told to the member."""

    reason: Text = Field("", max_length=300)


class Recipient(Schema, extra="forbid"):
    """To whom, by user name or mail address."""

    member: Text = Field(min_length=1, max_length=150)


def span_of(starts_at: datetime, ends_at: datetime) -> Span:
    """The wished span.

    Raises:
        Refused: `bad_span` when a time is naive, out of all reason, or the end isn't after the start.
    """
    why = "order"
    if not within_reason(starts_at) or not within_reason(ends_at):
        why = "unreasonable"
    elif starts_at.tzinfo is None or ends_at.tzinfo is None:
        why = "no_zone"
    else:
        with suppress(ValueError):
            return Span(starts_at, ends_at)
    raise Refused([Objection(Code.BAD_SPAN, {"why": why})])


def in_order(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """
    Raises:
        Refused: `bad_span` when both ends of what is looked at are named and it ends before it starts.
    """
    if starts_at is not None and ends_at is not None:
        span_of(starts_at, ends_at)


def kind_of(name: str) -> str:
    """
    Raises:
        Problem: when there is no such kind.
    """
    if name not in Resource.Kind.values:
        raise Problem(422, "unknown_kind", _("There is no such kind"), name)
    return name


def resources_of(slugs: Sequence[str]) -> list[Resource]:
    """The wished resources, in the order asked.

    Raises:
        Problem: when one doesn't exist.
    """
    found = house().copies(slugs)
    unknown = [slug for slug in slugs if slug not in found]
    if unknown:
        raise Problem(422, "unknown_resource", _("There is no such resource"), ", ".join(unknown))
    return [found[slug] for slug in slugs]


def for_whom(by: Member, name: str | None) -> Member:
    """The member of a wish: oneself, or whom a manager names.

    Raises:
        PermissionDenied: when somebody else names another one.
        Problem: when there is no such member.
    """
    if name is None or name == by.username:
        return by
    if not by.is_manager:
        raise PermissionDenied(_("Only lab managers book for somebody else."))
    return member_called(name)


def member_called(name: str) -> Member:
    """
    Raises:
        Problem: when there is no such member.
    """
    found = people.called(name)
    if found is None:
        raise Problem(422, "unknown_member", _("There is no such member"), name)
    return found


def project_of(member: Member, slug: str | None) -> Project | None:
    """The project that a member may charge to; none for an empty name.

    Raises:
        Problem: when there is no such project, or it is not theirs.
    """
    if not slug:
        return None
    found = projects.chosen(member, slug)
    if found is None:
        raise Problem(422, "unknown_project", _("There is no such project"), slug)
    return found


def set_aside(by: Member, wish: Wish | Change) -> Override:
    """The rules that a manager sets aside.

    Raises:
        PermissionDenied: when somebody else tries.
        Problem: when the reason is missing.
    """
    if not wish.override and not wish.reason:
        return NO_OVERRIDE
    if not by.is_manager:
        raise PermissionDenied(_("Only lab managers set rules aside."))
    if wish.override and not wish.reason.strip():
        raise Problem(422, "reason_missing", _("Say why the rule is set aside."))
    return Override.by(by, wish.override, wish.reason)

"""Reading a wish out of a request: spans that make sense, resources that exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from booking.refusals import Refused
from booking.rules.wishes import Code, Objection
from lab.asked import Text, within_reason
from lab.models import Resource
from lab.problems import Problem
from lab.spans import Span


class Wish(Schema, extra="forbid"):
    """What somebody would like to book; a resource named twice asks for two units."""

    resources: list[Text] = Field(min_length=1, max_length=20)
    starts_at: datetime
    ends_at: datetime
    purpose: Text = Field("", max_length=200)


class Change(Schema, extra="forbid"):
    """What shall be different; what isn't named stays."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    purpose: Text | None = Field(None, max_length=200)


class Extension(Schema, extra="forbid"):
    """How much longer."""

    minutes: int = Field(ge=1, le=24 * 60)


def span_of(starts_at: datetime, ends_at: datetime) -> Span:
    """The wished span.

    Raises:
        Refused: `bad_span` when a time is naive, out of all reason, or the end isn't after the start.
    """
    try:
        if not within_reason(starts_at) or not within_reason(ends_at):
            raise ValueError
        return Span(starts_at, ends_at)
    except ValueError:
        raise Refused([Objection(Code.BAD_SPAN)]) from None


def resources_of(slugs: Sequence[str]) -> list[Resource]:
    """The wished resources, in the order asked.

    Raises:
        Problem: when one doesn't exist.
    """
    found = {
        resource.slug: resource
        for resource in Resource.objects.filter(slug__in=slugs).select_related("zone", "certification")
    }
    unknown = [slug for slug in slugs if slug not in found]
    if unknown:
        raise Problem(422, "unknown_resource", _("There is no such resource"), ", ".join(unknown))
    return [found[slug] for slug in slugs]

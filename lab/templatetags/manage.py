"""The managers' navigation, and the sessions of a training as members see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lab.events import Words
from lab.models import Certification, Seat

register = template.Library()

SESSIONS_SHOWN = 5
# What managers come for; in each: address, symbol, word, and what one settles there.
SECTIONS = (
    (
        _("Machines"),
        (
            (
                "manage_alarms",
                "state-alarm",
                _("Alarms"),
                _("What is not as it should be, who takes care of it, and the rules."),
            ),
            (
                "manage_outages",
                "state-out_of_order",
                _("Outages"),
                _("What does not work, what members report, and until when."),
            ),
            (
                "manage_upkeep",
                "tools",
                _("Maintenance"),
                _("What has to be done to machines again and again, and when it is due."),
            ),
        ),
    ),
    (
        _("Bookings"),
        (
            (
                "manage_hits",
                "warning",
                _("Affected bookings"),
                _("What outages and closures fall on: move, cancel or keep."),
            ),
            (
                "manage_no_shows",
                "state-refused",
                _("Absences"),
                _("Who did not come, and what they have to say about it."),
            ),
            (
                "manage_rules",
                "planning",
                _("Rules"),
                _("Lengths, notice, approval, price: of each kind and each resource."),
            ),
            (
                "manage_quotas",
                "state-finishing",
                _("Quotas"),
                _("How much each may book, a day, a week or in any days."),
            ),
        ),
    ),
    (
        _("People"),
        (
            ("manage_members", "me", _("Members"), _("Find somebody, suspend, set an end, choose a role.")),
            ("manage_badges", "badge", _("Badges"), _("Approve new ones, lend to guests, block lost ones.")),
            (
                "manage_certifications",
                "award",
                _("Certifications"),
                _("Who holds which, until when; trainings and seats."),
            ),
            (
                "manage_programmes",
                "presence",
                _("Programmes"),
                _("Cohorts with dates, and what is kept for them."),
            ),
        ),
    ),
    (
        _("The place"),
        (
            (
                "manage_hours",
                "clock",
                _("Opening hours"),
                _("The week of each space, public holidays, special days."),
            ),
            (
                "manage_closures",
                "state-closed",
                _("Closures"),
                _("When the lab or a space is shut, and whom that hits."),
            ),
            (
                "manage_access",
                "lock",
                _("Access"),
                _("What each space demands of whoever comes in, and its doors."),
            ),
            (
                "manage_totems",
                "place",
                _("Totems"),
                _("Screens that show a space's day to anybody who passes."),
            ),
        ),
    ),
    (
        _("Prices and settings"),
        (
            ("manage_tariffs", "extend", _("Tariffs"), _("What an hour costs, in the lab's own credits.")),
            (
                "manage_accounts",
                "dashboard",
                _("Accounts"),
                _("Minutes, energy, material and credits of each month; price list and projects."),
            ),
            ("manage_hooks", "leave", _("Webhooks"), _("Tell other programs what happens here.")),
            (
                "manage_policy",
                "settings",
                _("Settings"),
                _("Undo, offers, reminders, points for missed bookings."),
            ),
        ),
    ),
)
# Pages with addresses of their own that belong to a section.
ALSO = {"manage_accounts": ("manage_materials", "manage_projects")}


@register.simple_tag(takes_context=True)
def manage_sections(context: template.Context) -> list[dict[str, Any]]:
    """The pages that there are by what managers come for, and which one this belongs to."""
    path = context["request"].path
    return [{"label": label, "pages": list(_pages(pages, path))} for label, pages in SECTIONS]


@register.simple_tag(takes_context=True)
def manage_beside(context: template.Context) -> list[dict[str, Any]]:
    """The pages that stand together with this one."""
    groups = [group["pages"] for group in manage_sections(context)]
    return next((pages for pages in groups if any(page["here"] for page in pages)), [])


def _pages(pages: Iterable[tuple[str, str, Words, Words]], path: str) -> Iterator[dict[str, Any]]:
    for name, symbol, label, about in pages:
        addresses = [reverse(each) for each in (name, *ALSO.get(name, ()))]
        here = path.startswith(tuple(addresses))
        yield {"url": addresses[0], "symbol": symbol, "label": label, "about": about, "here": here}


@register.inclusion_tag("lab/components/sessions.html", takes_context=True)
def training_sessions(context: template.Context, certification: Certification) -> dict[str, Any]:
    """The next sessions with their free seats, and a press to take or give up one."""
    request, now = context["request"], timezone.now()
    coming = certification.trainings.filter(starts_at__gt=now).annotate(signed_up=Count("taken"))
    sessions = list(coming[:SESSIONS_SHOWN])
    mine = set(
        Seat.objects.filter(training__in=sessions, member=request.user).values_list("training", flat=True)
    )
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "sessions": [(one, max(one.seats - one.signed_up, 0), one.pk in mine) for one in sessions],
    }

"""What is kept about people: words for everybody, one's own papers, erasing oneself; others' for managers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.privacy import Hindered, erase, hindrances, papers
from booking.privacy.erasing import hindrance_words
from booking.privacy.papers import counts
from booking.privacy_words import KEPT
from booking.rules import retention
from lab.auth import asking
from lab.gates import managers_only
from lab.models import Look, Member

LOOKS_SHOWN = 30
FIGURES = {
    "passages": retention.PASSAGES.days,
    "looks": retention.LOOKS.days // 30,
    "notices": retention.NOTICES.days // 30,
    "orders": retention.ORDERS.days // 30,
    "accounts": retention.ACCOUNTS.days // 365,
}


def privacy(request: HttpRequest) -> HttpResponse:
    """Context: `figures`, how long things are kept."""
    return render(request, "booking/privacy/privacy.html", {"figures": FIGURES})


def sign(request: HttpRequest) -> HttpResponse:
    """What hangs at a door with a reader, to print."""
    address = request.build_absolute_uri("/privacy/")
    return render(request, "booking/privacy/sign.html", {"figures": FIGURES, "address": address})


@login_required
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own; a POST with one's user name erases the account."""
    member = asking(request)
    if request.method == "POST" and _erased(request, member):
        logout(request)
        return redirect("home")
    return _page(request, "booking/privacy/data.html", member)


@login_required
@require_safe
def my_papers(request: HttpRequest) -> HttpResponse:
    return _file(asking(request))


@managers_only
@require_http_methods(["GET", "POST"])
def theirs(request: HttpRequest, username: str) -> HttpResponse:
    """A member's, for a lab manager."""
    member, by = get_object_or_404(Member, username=username), asking(request)
    if request.method == "POST" and _erased(request, member):
        return redirect("manage_members")
    Look.note(by, Look.What.DATA, now=timezone.now(), about=member)
    return _page(request, "booking/privacy/member.html", member)


@managers_only
@require_safe
def their_papers(request: HttpRequest, username: str) -> HttpResponse:
    member, by = get_object_or_404(Member, username=username), asking(request)
    if member.role == Member.Role.ADMIN and by.role != Member.Role.ADMIN:
        raise PermissionDenied
    Look.note(by, Look.What.DATA, now=timezone.now(), about=member)
    return _file(member)


def _erased(request: HttpRequest, member: Member) -> bool:
    if request.POST.get("username", "").strip() != member.username:
        messages.error(request, _("Nothing was erased: that is not the user name."))
        return False
    try:
        erase(member=member, by=asking(request), now=timezone.now())
    except Hindered as hindered:
        words = hindrance_words(hindered.codes, own=member == asking(request))
        messages.error(request, " ".join([_("Nothing was erased."), *words]))
        return False
    messages.success(request, _("The account and what it held are erased."))
    return True


def _page(request: HttpRequest, template: str, member: Member) -> HttpResponse:
    """With the status of a refusal after a POST that erased nobody."""
    status = 422 if request.method == "POST" else 200
    return render(request, template, _context(request, member), status=status)


def _context(request: HttpRequest, member: Member) -> dict[str, Any]:
    """`kept` [(words, how many)], `looks` at them or at everybody, `hindered` sentences against it."""
    found = counts(member)
    by = asking(request)
    against = hindrances(member, by=by, now=timezone.now())
    return {
        "who": member,
        "kept": [(KEPT[label], number) for label, number in found.items()],
        "looks": _looks(member)[:LOOKS_SHOWN],
        "hindered": hindrance_words(against, own=member == by),
    }


def _looks(member: Member) -> QuerySet[Look]:
    """Also at lists of everybody, in which they may have stood."""
    all_of_us = Q(about=None, day__gte=localdate(member.date_joined))
    rows = Look.objects.filter(Q(about=member) | all_of_us).exclude(by=member)
    return rows.select_related("by").order_by("-at", "-pk")


def _file(member: Member) -> HttpResponse:
    told = papers(member, now=timezone.now())
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="etabli-{member.pk}.json"'
    response["Cache-Control"] = "no-store"
    return response

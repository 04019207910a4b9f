"""The booking form: a page, or the inside of a dialog when htmx asks; judged while one fills it in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from booking import actions, repeat_words, said
from booking.forms import BookingForm, RepeatForm
from booking.forms.fields import moment
from booking.models import Booking
from booking.queries import people
from booking.refusals import Refused
from booking.verdicts import verdict
from booking.views import repeated
from booking.views.deeds import safe
from lab.auth import asking
from lab.gates import managers_only
from lab.spans import Span
from lab.times import next_quarter

STEP = 5  # minutes, as the fields count
USUAL = timedelta(hours=1)


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Context: `form` with its `verdict`, `address` of the form and `check` of its judgement."""
    if not request.user.is_authenticated:
        return redirect_to_login(f"{request.path}?{_kept(request)}")
    member = asking(request)
    if request.method == "GET":
        return form_page(request, opened(BookingForm(initial=_initial(request), by=member)))
    form = BookingForm(request.POST, by=member)
    repeat = RepeatForm(request.POST)
    if "add" in request.POST:
        return form_page(request, opened(BookingForm(initial=form.asked(), by=member)), repeat=repeat)
    if repeat.wanted:
        return _again(request, form, repeat)
    if form.is_valid():
        booking = _book(form)
        if booking is not None:
            return gone_on(request, form, said.booked(booking), undo=_undo(booking))
    return form_page(request, form)


@login_required
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is to be said about the wish as it stands in the form."""
    return judged(request, BookingForm(request.POST, by=asking(request)))


@login_required
@require_POST
def dates(request: HttpRequest) -> HttpResponse:
    """The dates of a wish that repeats, as it stands in the form."""
    form, repeat = BookingForm(request.POST, by=asking(request)), RepeatForm(request.POST)
    found = None
    if repeat.wanted:
        found = repeated.answer(form, repeat, request.POST, now=timezone.now(), book=False).dates
    context = {"repeat": repeat, "dates": found, "live": True, "reason": request.POST.get("series_reason")}
    return render(request, "booking/_repeat_dates.html", context)


@managers_only
def members(request: HttpRequest) -> HttpResponse:
    """Members whose name contains what was typed, as options."""
    asked = request.GET.get("member") or request.GET.get("to") or ""
    found = people.like(asked.replace("\0", "")) if len(asked.strip()) > 1 else []
    return render(request, "booking/_members.html", {"members": found})


def form_page(request: HttpRequest, form: BookingForm, **more: Any) -> HttpResponse:
    """The form as a page, or as the inside of a dialog; `more` goes to the template."""
    if form.is_bound and form.verdict is None:
        _judge(form)
    dialog = bool(request.htmx)  # type: ignore[attr-defined]
    template = "booking/_book.html" if dialog else "booking/book.html"
    context = _context(form) | {"dialog": dialog} | more
    context["repeats"] = bool(context.get("dates")) or _repeats(context)
    wrong = form.errors or (more.get("repeat") and more["repeat"].errors) or more.get("refused")
    return render(request, template, context, status=422 if wrong else 200)


def judged(request: HttpRequest, form: BookingForm) -> HttpResponse:
    """What is to be said about a form by now; a wish that isn't one yet gets its own words."""
    _judge(form)
    context = _context(form) | {"live": True, "wrong": _wrong(form), "dialog": "dialog" in request.GET}
    context["repeats"] = _repeats({"repeat": RepeatForm(request.POST)})
    return render(request, "booking/_verdict.html", context)


def opened(form: BookingForm) -> BookingForm:
    """A form that nobody has sent yet, with the verdict on what it begins with."""
    start, end = (moment(form.initial[name]) for name in ("starts_at", "ends_at"))
    resources = form.chosen
    if start and end and start < end and resources:
        told = form["member"].value() if "member" in form.fields else ""
        whose = form.booking.member if form.booking else (told and people.called(told)) or form.by
        form.verdict = _verdict(form, whose, resources, Span(start, end))
    return form


def gone_on(request: HttpRequest, form: BookingForm, words: str, *, undo: str) -> HttpResponse:
    """Say what was done and go where the form was opened."""
    messages.success(request, words, extra_tags=undo)
    wanted = form.cleaned_data["next"]
    target = wanted if safe(request, wanted) else reverse("me")
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)  # type: ignore[attr-defined]


def _context(form: BookingForm) -> dict[str, Any]:
    if form.booking is None:
        told = {"form": form, "address": reverse("book"), "check": reverse("book_check")}
        return told | {"repeat": RepeatForm()}
    pk = [form.booking.pk]
    return {
        "form": form,
        "booking": form.booking,
        "address": reverse("booking_change", args=pk),
        "check": reverse("booking_check", args=pk),
    }


def _repeats(context: dict[str, Any]) -> bool:
    """Whether the verdict is about the first of several dates only."""
    return "repeat" in context and context["repeat"].wanted


def _judge(form: BookingForm) -> None:
    """Give the form its verdict, if it holds a wish by now; a missing reason is no part of that."""
    if form.is_valid() or set(form.errors) <= {"reason"}:
        form.verdict = _verdict(form, form.whose, form.resources, form.span)


def _wrong(form: BookingForm) -> list[str]:
    """What is filled in and makes no sense; what isn't filled in yet is nobody's mistake."""
    found = form.errors.as_data()
    return [
        words
        for field in ("resource", "starts_at", "ends_at", "member")
        for error in found.get(field, ())
        if error.code != "required"
        for words in error.messages
    ]


def _verdict(form: BookingForm, whose: Any, resources: list[Any], span: Span) -> Any:
    return verdict(
        member=whose, by=form.by, resources=resources, span=span, now=timezone.now(), besides=form.booking
    )


def _again(request: HttpRequest, form: BookingForm, repeat: RepeatForm) -> HttpResponse:
    found = repeated.answer(form, repeat, request.POST, now=timezone.now(), book="look" not in request.POST)
    if found.series is None:
        told = {"repeat": repeat, "dates": found.dates, "refused": found.refused}
        return form_page(request, form, **told, reason=request.POST.get("series_reason"))
    pk = [found.series.pk]
    undo = f"undo:{reverse('series_cancel', args=pk)}"
    messages.success(request, repeat_words.booked(found.series), extra_tags=undo)
    target = reverse("series", args=pk)
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)  # type: ignore[attr-defined]


def _book(form: BookingForm) -> Booking | None:
    data = form.cleaned_data
    try:
        return actions.book(
            member=form.whose,
            by=form.by,
            resources=form.resources,
            span=form.span,
            now=timezone.now(),
            purpose=data["purpose"],
            project=data.get("project"),
            override=actions.Override.by(form.by, data.get("override", ()), data.get("reason", "")),
        )
    except Refused as refused:
        form.refuse(refused.told_to(form.by, about=form.whose))
        return None


def _undo(booking: Booking) -> str:
    return f"undo:{reverse('booking_cancel', args=[booking.pk])}"


def _kept(request: HttpRequest) -> str:
    """What was asked for, as an address: signing in keeps the wish, also one that was sent already."""
    if request.method == "GET":
        return request.GET.urlencode()
    asked = request.POST
    kept = [(name, asked[name]) for name in ("starts_at", "ends_at", "purpose", "next") if asked.get(name)]
    return urlencode([*(("resource", slug) for slug in asked.getlist("resource")), *kept])


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address already says; a usual hour from the next quarter where it says nothing."""
    asked = request.GET
    start = moment(asked.get("starts_at", "")) or next_quarter(timezone.now())
    return {
        "resource": [slug for slug in asked.getlist("resource") if slug],
        "starts_at": start,
        "ends_at": moment(asked.get("ends_at", "")) or start + USUAL,
        "purpose": asked.get("purpose", "")[:200],
        "member": asked.get("member", "").replace("\0", "")[:150],
        "next": asked.get("next", ""),
    }

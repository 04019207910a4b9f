"""Why can't I? The same verdict as a reader's, with everything that speaks against it and what to do."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from booking.forms.why import WhyForm
from booking.why import why as answered
from lab.auth import asking


@login_required
def why(request: HttpRequest) -> HttpResponse:
    """Context: `form`, and `answer` once a place is chosen. Managers may ask for anybody."""
    by, now = asking(request), timezone.now()
    asks = "place" in request.GET
    form = WhyForm(request.GET if asks else None, by=by)
    answer = None
    if asks and form.is_valid():
        member = form.cleaned_data.get("member") or by
        answer = answered(member=member, place=form.where, at=form.cleaned_data["at"] or now, now=now)
    context = {"form": form, "answer": answer, "own": answer is not None and answer.member == by}
    return render(request, "booking/why.html", context, status=422 if asks and form.errors else 200)

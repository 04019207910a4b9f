"""Quotas, each as the sentence that it says."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from booking import rule_words
from lab.forms.quotas import QuotaForm
from lab.gates import managers_only
from lab.models import Quota
from lab.views.manage.keeping import before, history, history_of, keep, page, posted, remove


@managers_only
def quotas(request: HttpRequest) -> HttpResponse:
    """Context: `quotas` [(Quota, its sentence)]."""
    rows = Quota.objects.select_related("resource", "programme").order_by("kind", "resource__slug", "pk")
    context = {"quotas": [(row, rule_words.quota(row)) for row in rows], "history": history_of(Quota)}
    return page(request, "booking/manage/quotas.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def quota(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Context: `form`, `words` of one that exists."""
    row = get_object_or_404(Quota, pk=pk) if pk else Quota()
    was = before(row)
    form = QuotaForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_quotas")
    kept = Quota.objects.get(pk=pk) if pk else None
    context = {
        "row": kept,
        "words": rule_words.quota(kept) if kept else "",
        "history": history(kept) if kept else [],
    }
    return page(request, "booking/manage/quota.html", context, form)


@managers_only
@require_POST
def delete_quota(request: HttpRequest, pk: int) -> HttpResponse:
    return remove(request, get_object_or_404(Quota, pk=pk), back=reverse("manage_quotas"))

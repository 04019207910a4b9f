"""What the lab settles for all its bookings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from booking.forms.policy import PolicyForm
from booking.models import Policy
from lab.actions.changes import facts_of
from lab.gates import managers_only
from lab.views.manage.keeping import history, keep, page, posted


@managers_only
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    row = Policy.current()
    was = facts_of(row)  # the house's own choices, where the lab has kept none yet
    form = PolicyForm(posted(request), instance=row)
    if form.is_bound and form.is_valid() and keep(request, form, was=was, save=form.save):
        return redirect("manage_policy")
    return page(request, "booking/manage/policy.html", {"history": history(row)}, form)

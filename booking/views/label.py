"""What sticks on a machine: its name and the way to its page, to scan while one stands before it."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import cache_control

from lab.models import Resource


@login_required
@cache_control(private=True, max_age=3600)
def code(request: HttpRequest, slug: str) -> HttpResponse:
    """The QR code of a resource's page as SVG."""
    drawn = io.BytesIO()
    made = segno.make(page_of(request, get_object_or_404(Resource, slug=slug)), error="m", micro=False)
    made.save(drawn, kind="svg", border=2, light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@login_required
def label(request: HttpRequest, slug: str) -> HttpResponse:
    """Context: `resource`, `page` (the address that the code tells)."""
    found = get_object_or_404(Resource.objects.select_related("zone"), slug=slug)
    return render(request, "booking/label.html", {"resource": found, "page": page_of(request, found)})


def page_of(request: HttpRequest, resource: Resource) -> str:
    """The address of a resource's page as members reach it."""
    path = reverse("resource", args=[resource.slug])
    public = settings.CONFIG.public_url
    return f"{public}{path}" if public else request.build_absolute_uri(path)

"""Choosing the language: kept in the cookie, and with the member who is signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views import i18n

from lab.models import Member


def set_language(request: HttpRequest) -> HttpResponse:
    """Like Django's own, and the member keeps the choice on every device."""
    wished = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and wished in dict(settings.LANGUAGES):
        Member.objects.filter(pk=request.user.pk).update(language=wished)
    return i18n.set_language(request)

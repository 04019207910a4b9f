"""What every request passes: a clock, the language, sign-in for parts of pages, the API's problems."""

import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers

from lab.problems import PROBLEM, plain_problem
from lab.timing import Timing

SPENT = {"api": Timing(), "pages": Timing()}


class TimingMiddleware:
    """How long this process takes to answer; files that stream count until their first byte."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        SPENT["api" if request.path.startswith("/api/") else "pages"].add(time.perf_counter() - began)
        return response


class MemberLocaleMiddleware:
    """The language follows the member, else the cookie, else the browser, else French."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(_language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault(
                "Content-Language", translation.get_language() or settings.LANGUAGE_CODE
            )
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


class SignInAgainMiddleware:
    """A part of a page that asks after its session has ended takes the whole page to the sign-in and back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        part = request.headers.get("HX-Request") == "true"
        if not part or response.status_code != 302 or not response["Location"].startswith(sign_in):
            return response
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = urlencode({"next": urlunsplit(("", "", page.path or "/", page.query, ""))})
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = f"{sign_in}?{back}"
        return answer


class ApiProblemsMiddleware:
    """Below `/api/` every failure is a problem, also where no call was ever reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        if "\0" in request.path:  # no slug has one, and PostgreSQL can't even look for it
            return plain_problem(404)
        response = self.get_response(request)
        if response.status_code < 400 or response["Content-Type"] == PROBLEM:
            return response
        told = plain_problem(response.status_code)
        if response.has_header("Allow"):
            told["Allow"] = response["Allow"]
        return told


def _language(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return request.user.language
    return translation.get_language_from_request(request)

"""Errors of the API as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from lab import misread

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
RETRY_AFTER = "5"  # seconds
PLAIN = {
    400: ("bad_request", gettext_lazy("The request can't be read")),
    403: ("forbidden", gettext_lazy("This is not for you to see or to do")),
    404: ("not_found", gettext_lazy("There is no such thing")),
    405: ("method_not_allowed", gettext_lazy("That can't be done here")),
    413: ("too_large", gettext_lazy("The request is too large")),
    500: ("internal_error", gettext_lazy("Something failed on our side")),
    503: ("unavailable", gettext_lazy("The database can't be reached right now; try again")),
}

SCHEMA = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "status", "code", "title", "detail", "objections"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "objections": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "title", "detail", "data"],
                "properties": {
                    "code": {"type": "string"},
                    "title": {"type": "string"},
                    "detail": {"type": "string"},
                    "data": {"type": "object"},
                },
            },
        },
        "alternatives": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["resources", "starts_at", "ends_at"],
                "properties": {
                    "resources": {"type": "array", "items": {"type": "string"}},
                    "starts_at": {"type": "string", "format": "date-time"},
                    "ends_at": {"type": "string", "format": "date-time"},
                },
            },
        },
    },
}
RESPONSE = {
    "description": "A problem: its code for programs, its title and detail for people",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Problem(Exception):
    """An answer that says no: a status, a code that stays, and sentences for people."""

    def __init__(self, status: int, code: str, title: str, detail: str = "", **more: Any) -> None:
        super().__init__(title)
        self.status, self.code, self.title, self.detail, self.more = status, code, title, detail, more


def problem(status: int, code: str, title: str, detail: str = "", **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "status": status, "code": code, "title": title, "detail": detail or title}
    body |= {"objections": [], **more}
    return JsonResponse(body, status=status, content_type=PROBLEM)


def plain_problem(status: int, detail: str = "") -> HttpResponse:
    """A problem that its status tells."""
    code, title = PLAIN.get(status, ("error", _("This did not work")))
    return problem(status, code, str(title), detail)


def install(api: NinjaAPI) -> None:
    """Let every error of the API leave as a problem."""

    @api.exception_handler(Problem)
    def _problem(request: HttpRequest, exc: Problem) -> HttpResponse:
        return problem(exc.status, exc.code, exc.title, exc.detail, **exc.more)

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
        errors = [
            {"code": "invalid", "title": misread.sentence(e), "detail": misread.where(e["loc"]), "data": {}}
            for e in exc.errors
        ]
        detail = "; ".join(f"{e['detail']}: {e['title']}" for e in errors)
        return problem(422, "invalid", _("The request can't be read"), detail, errors=errors)

    @api.exception_handler(AuthenticationError)
    def _unauthenticated(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
        response = problem(401, "unauthenticated", _("Sign in or send a valid token"))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(PermissionDenied)
    def _forbidden(request: HttpRequest, exc: PermissionDenied) -> HttpResponse:
        return plain_problem(403, str(exc))

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, exc: Http404) -> HttpResponse:
        return plain_problem(404)

    @api.exception_handler(OperationalError)
    def _unavailable(request: HttpRequest, exc: OperationalError) -> HttpResponse:
        log.warning("%s %s: %s", request.method, request.path, exc)
        response = plain_problem(503)
        response["Retry-After"] = RETRY_AFTER
        return response

    @api.exception_handler(HttpError)
    def _refused(request: HttpRequest, exc: HttpError) -> HttpResponse:
        # The framework's own words for a body that is no JSON are those of its parser.
        said = _("The body is no valid JSON.") if exc.status_code == 400 else str(exc)
        return plain_problem(exc.status_code, said)

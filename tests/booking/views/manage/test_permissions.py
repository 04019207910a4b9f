"""Every managers' page: strangers sign in, makers are told whom it is for, managers come in."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests.booking.views.conftest import sign_in
from tests.booking.views.manage.conftest import House

pytestmark = pytest.mark.django_db
ZONES, COHORTS, SKILLS, TARIFFS = "hours/", "programmes/", "certifications/", "tariffs/"
SLUGS = {
    ZONES: "fablab",
    COHORTS: "res",
    SKILLS: "laser",
    TARIFFS: "std",
    "rules/": "laser-1",
    "access/": "fablab",
    "materials/": "pla",
    "projects/": "lamp",
    "alarms/": "room-1",
}
KEYS = {ZONES: "special", SKILLS: "training", "closures/": "closure", "quotas/": "quota", "undo/": "line"}
KEYS |= {
    "outages/": "outage",
    "faults/": "fault",
    "no-shows/": "no_show",
    "badges/": "badge",
    "totems/": "totem",
    "upkeep/": "upkeep",
    "alarms/": "alarm",
    "hooks/": "hook",
}
OTHERS = {"kind": "machine", "also": "kit-1", "number": 2, "username": "alice", "delivery": 4711}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, route)
        else:
            yield route, one


ROUTES = sorted((route, one.name) for route, one in patterns(get_resolver()) if route.startswith("manage/"))
OURS = [(route, name) for route, name in ROUTES if str(name).startswith("manage")]


def address(route: str, name: str, house: House) -> str:
    part = route.removeprefix("manage/").split("/")[0] + "/"
    slug = "door-fablab" if "/doors/" in route else SLUGS.get(part)
    found = {**OTHERS, "slug": slug, "pk": getattr(house, KEYS.get(part, ""), None)}
    asked = {key: value for key, value in found.items() if f":{key}>" in route}
    return reverse(name, kwargs=asked)


def rows() -> dict[str, list]:
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for app in ("lab", "booking")
        for model in apps.get_app_config(app).get_models()
    }


def test_there_are_as_many_pages_as_there_should_be():
    assert len(OURS) >= 45


@contextmanager
def undone() -> Iterator[None]:
    """What one page does to the house is gone for the next: building it takes longer than the try."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_stranger_signs_in_first(client, house):
    for route, name in OURS:
        with undone():
            url = address(route, name, house)
            answers = [client.get(url), client.post(url)]

            assert {answer.status_code for answer in answers} <= {302, 405}, url
            assert all("login" in answer["Location"] for answer in answers if answer.status_code == 302), url


def test_a_maker_is_told_whom_it_is_for_and_changes_nothing(alice, house):
    maker = sign_in(alice)
    before = rows()
    for route, name in OURS:
        with undone():
            url = address(route, name, house)
            answers = [maker.get(url), maker.post(url)]

            assert {answer.status_code for answer in answers} <= {403, 405}, url
            refused = next(answer for answer in answers if answer.status_code == 403)
            assert "This page is for lab managers" in refused.content.decode(), url
            assert rows() == before, url


def test_a_manager_comes_in(charlie, house):
    manager = sign_in(charlie)
    for route, name in OURS:
        with undone():
            url = address(route, name, house)
            assert manager.get(url).status_code in {200, 405}, url


def test_nothing_is_taken_without_the_pages_own_token(charlie, house, client):
    client.handler.enforce_csrf_checks = True
    client.force_login(charlie)
    before = rows()
    for route, name in OURS:
        with undone():
            url = address(route, name, house)

            assert client.post(url).status_code in {403, 405}, url
            assert rows() == before, url


def test_an_empty_post_is_an_answer_and_never_a_failure(charlie, house):
    manager = sign_in(charlie)
    for route, name in OURS:
        if "<" in route:
            with undone():
                url = address(route, name, house)
                assert manager.post(url).status_code in {302, 405, 422}, url

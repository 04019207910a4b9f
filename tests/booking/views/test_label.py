"""The label on a machine leads to its page."""

from dataclasses import replace

import pytest

from tests.booking.views.conftest import sign_in

pytestmark = pytest.mark.django_db


def test_the_code_is_a_picture_that_the_policy_lets_through(alice, laser):
    answer = sign_in(alice).get("/resources/laser-1/code.svg")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<?xml")
    assert b"style=" not in answer.content


def test_the_label_tells_the_address_that_members_use(alice, laser, settings):
    page = sign_in(alice).get("/resources/laser-1/label/").content.decode()
    assert "http://testserver/resources/laser-1/" in page

    settings.CONFIG = replace(settings.CONFIG, public_url="https://etabli.example")
    page = sign_in(alice).get("/resources/laser-1/label/").content.decode()
    assert "https://etabli.example/resources/laser-1/" in page


def test_the_page_of_a_resource_leads_to_its_label(alice, laser):
    assert 'href="/resources/laser-1/label/"' in sign_in(alice).get("/resources/laser-1/").content.decode()


@pytest.mark.parametrize("path", ["code.svg", "label/"])
def test_there_is_none_of_what_is_not_there(client, alice, path):
    assert sign_in(alice).get(f"/resources/moon/{path}").status_code == 404
    assert client.get(f"/resources/moon/{path}").status_code == 302

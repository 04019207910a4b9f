"""Letters of the house: who writes, in the reader's language, with a way on."""

import pytest
from django.core import mail
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_forgotten_password_is_answered_by_a_letter_of_the_house():
    factories.member("alice")
    answer = Client(headers={"Accept-Language": "en"}).post(
        "/accounts/password/reset/", {"email": "alice@example.org"}
    )
    letter = mail.outbox[0]

    assert (answer.status_code, letter.to) == (302, ["alice@example.org"])
    assert letter.subject.startswith("Établi · ")
    assert letter.body.startswith("Hello,\n")
    assert "http://testserver/accounts/password/reset/key/" in letter.body
    assert letter.body.rstrip().endswith("Établi · testserver")

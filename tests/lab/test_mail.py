"""Letters of the house: who writes, in the reader's language, with a way on."""

import pytest
from django.core import mail
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.test import Client

from lab.mail import Printed
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


def test_without_a_mail_server_each_mail_is_one_line_of_the_log(capsys):
    letter = EmailMultiAlternatives("Réservé", "A secret\n" * 20, to=["Alice <alice@example.org>"])
    letter.attach_alternative("<p>A secret</p>", "text/html")
    letter.attach("invite.ics", "BEGIN:VCALENDAR", "text/calendar")

    assert Printed().send_messages([letter, EmailMultiAlternatives("Bis", "", to=["b@x.fr", "c@y.fr"])]) == 2
    assert capsys.readouterr().out.splitlines() == [
        "mail to a…@example.org: Réservé",
        "mail to b…@x.fr, c…@y.fr: Bis",
    ]


def test_a_subject_of_two_lines_is_refused_as_a_mail_server_would(capsys):
    with pytest.raises(BadHeaderError):
        Printed().send_messages([EmailMultiAlternatives("One\ntwo", "", to=["alice@example.org"])])
    assert capsys.readouterr().out == ""

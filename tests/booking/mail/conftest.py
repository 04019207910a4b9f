"""A member with a booking, and a real mail server that their mail goes to."""

import pytest

from booking import actions
from tests import factories
from tests.factories import NOW, span
from tests.mail_servers import post_office


@pytest.fixture
def post(settings):
    """The server; notices reach it as they would any other."""
    with post_office() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        settings.DEFAULT_FROM_EMAIL = "Établi <lab@example.org>"
        yield server


@pytest.fixture
def alice(db):
    return factories.member("alice", first_name="Alice", last_name="Martin", language="en")


@pytest.fixture
def charlie(db):
    return factories.manager("charlie", first_name="Charlie", language="en")


@pytest.fixture
def laser(db):
    return factories.resource("laser-1", name="Découpe laser", name_en="Laser cutter")


@pytest.fixture
def booking(alice, laser):
    return actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 16), purpose="Lampe", now=NOW
    )

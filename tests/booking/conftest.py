"""People with badges, for the tests of taps; a file that wants them otherwise says so."""

import pytest

from tests import factories
from tests.booking.taps import ALICES, BOBS


@pytest.fixture
def alice():
    who = factories.member("alice")
    factories.badge(who, ALICES)
    return who


@pytest.fixture
def bob():
    who = factories.member("bob")
    factories.badge(who, BOBS)
    return who

"""The pictures of resources and zones, sent when they changed."""

from datetime import timedelta

import pytest

from booking import sweeps
from tests import factories
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def laser():
    return factories.resource()


def test_a_picture_is_sent_when_it_changed_and_all_of_them_once_in_a_while(laser):
    pictures = sweeps.Pictures()
    later = [NOW + timedelta(seconds=seconds) for seconds in (0, 1, 2, 3, 61)]

    sent = [pictures.publish(now=later[0]), pictures.publish(now=later[1])]
    factories.booking(factories.member("alice"), laser, span(9, 11))
    sent += [pictures.publish(now=now) for now in later[2:]]

    assert sent == [2, 0, 1, 0, 2]  # a resource and its zone


def test_every_picture_is_sent_again_once_the_bus_was_away(laser):
    pictures = sweeps.Pictures()
    sent = [pictures.publish(now=NOW)]
    pictures.forget()
    sent += [pictures.publish(now=NOW + timedelta(seconds=2))]

    assert sent == [2, 2]

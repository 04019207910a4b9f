"""The style guide shows every component, in both languages."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation

from lab import states
from lab.views.styleguide import styleguide


@pytest.fixture(params=["fr", "en"])
def page(request) -> str:
    asked = RequestFactory().get("/styleguide/")
    asked.user = AnonymousUser()
    with translation.override(request.param):
        return styleguide(asked).content.decode()


def test_every_state_is_shown_by_shape_word_and_tone(page):
    for state in (*states.RESOURCE, *states.DEVICE, *states.BOOKING, *states.PASSAGE):
        assert f'class="state tone-{state.tone} " data-state="{state.code}"' in page
        assert f"icons.svg#state-{state.shape}" in page


@pytest.mark.parametrize(
    "part",
    [
        'class="button primary"',
        'class="segmented"',
        'class="field invalid"',
        "<dialog",
        "<meter",
        "data-tabs",
    ],
)
def test_every_sort_of_component_is_there(page, part):
    assert part in page

"""Objections call things by their name, in the reader's language, on pages and in the API alike."""

import pytest
from django.utils import translation

from booking.api import shapes
from booking.rules.wishes import Code, Objection
from booking.said import detail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    factories.resource("uhf-band", name="Bande UHF", name_en="UHF band")
    factories.resource("laser-1", certification=factories.certification())


@pytest.mark.parametrize(
    ("objection", "french", "english"),
    [
        (Objection(Code.INTERFERENCE, {"resource": "laser-1", "also": "uhf-band"}), "Bande UHF", "UHF band"),
        (
            Objection(Code.NOT_CERTIFIED, {"resource": "laser-1", "certification": "laser"}),
            "Habilitation laser",
            "laser training",
        ),
    ],
)
def test_by_name_in_both_languages(lab, objection, french, english):
    for language, name in (("fr", french), ("en", english)):
        with translation.override(language):
            assert name in detail(objection)
            (told,) = shapes.objections([objection])
            assert name in told["detail"]


def test_what_is_gone_keeps_its_slug(lab):
    gone = Objection(Code.NOT_CERTIFIED, {"resource": "laser-1", "certification": "gone"})

    assert "gone" in detail(gone)

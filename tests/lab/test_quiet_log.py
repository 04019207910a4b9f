"""The log tells a refusal in one line, and a failure with all that is known of it."""

import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.log import log_response

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_page_that_is_not_for_one_is_a_line_of_the_log(caplog):
    browser = Client()
    browser.force_login(factories.member("alice"))

    with caplog.at_level(logging.WARNING, logger="django.request"):
        assert browser.get("/manage/").status_code == 403

    (record,) = [one for one in caplog.records if one.name == "django.request"]
    assert (record.getMessage(), record.exc_info) == ("Forbidden (Permission denied): /manage/", None)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(("status", "told"), [(500, True), (503, True), (403, False), (404, False)])
def test_only_what_failed_is_told_with_its_traceback(caplog, rf, status, told):
    class Response:
        status_code = status

    log_response("x", response=Response(), request=rf.get("/"), exception=PermissionDenied("y"))

    assert [bool(record.exc_info) for record in caplog.records] == [told]

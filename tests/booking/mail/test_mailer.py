"""The mailer as a process: killed at the worst moments, without a server for a while, it loses nothing."""

import shutil
import signal

import pytest

from tests.booking.mail.mailers import Lab, environment
from tests.mail_servers import post_office
from tests.processes import eventually
from tests.templates import migrated


@pytest.fixture
def post():
    with post_office() as server:
        yield server


@pytest.fixture
def lab(tmp_path, post):
    folder = tmp_path / "state"
    folder.mkdir()
    shutil.copy(migrated(), folder)
    return Lab(folder, environment(folder, post))


def test_what_is_due_leaves(lab, post):
    with lab.mailer():
        lab.do("told()")
        eventually(lambda: post.letters)

        eventually(lambda: lab.states() == [(True, 0)])
        assert [letter["To"] for letter in post.letters] == ["alice@example.org"]


def test_a_server_that_comes_back_gets_what_waited(lab, post):
    post.close()
    with lab.mailer() as mailer:
        lab.do("told()")
        eventually(lambda: lab.states() == [(False, 1)])
        assert "a mail waits 30 s: ConnectionRefusedError" in mailer.text

        post.open()
        lab.do("when_it_is_tried_again()")
        eventually(lambda: lab.states() == [(True, 1)])
        assert len(post.letters) == 1


@pytest.mark.parametrize(("moment", "letters"), [("RCPT", 1), ("DATA", 2)])
def test_a_killed_mailer_loses_no_mail(lab, post, moment, letters):
    """Killed before the server took the letter it leaves once; before the answer twice, as the same."""
    post.slow = moment
    with lab.mailer() as mailer:
        lab.do("told()")
        assert post.asked.wait(60)
        mailer.send(signal.SIGKILL)
        mailer.end()
    post.slow = ""
    assert lab.states() == [(False, 0)]

    with lab.mailer():
        lab.do("enqueue_mails(now=now)")  # somebody is at it, as far as anybody can know
        lab.do("after_the_lease()")
        eventually(lambda: lab.states() == [(True, 0)])

    assert len(post.letters) == letters
    assert len({letter["Message-ID"] for letter in post.letters}) == 1


def test_told_to_end_it_ends_at_once(lab):
    with lab.mailer() as mailer:
        lab.do("told()")
        eventually(lambda: lab.states() == [(True, 0)])
        mailer.send(signal.SIGTERM)

        assert mailer.end() == 0
        assert mailer.text == ""

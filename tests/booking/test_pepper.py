"""Another pepper: badges follow tap by tap, readers that are alone know all of them, and one can count."""

from dataclasses import replace

import pytest
from django.core.management import call_command

from booking.queries.allowlists import people
from devices.prints import learn_print
from devices.reader_keys import site_key
from lab.fingerprints import fingerprint, pepper_mark, sealed_print
from lab.models import Badge, Member
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
OLDER, NEWER = b"the pepper of last year", b"the pepper of this year"
SITE = site_key(b"the secret of the readers")


def known(uid, pepper, **fields):
    who = factories.member(f"maker-{uid}")
    mark = fingerprint(uid, pepper=pepper)
    Badge.objects.create(member=who, fingerprint=mark, pepper=pepper_mark(pepper), **fields)
    learn_print(fingerprint=mark, sealed=sealed_print(uid, site_key=SITE, pepper=pepper))


def test_readers_know_the_badges_of_both_peppers_by_the_same_prints():
    known("04000001", OLDER)
    known("04000002", NEWER)
    both = {one.known_by for one in people(pepper=NEWER, older=OLDER).carried}
    Member.objects.all().delete()
    known("04000001", NEWER)
    known("04000002", NEWER)

    assert both == {one.known_by for one in people(pepper=NEWER).carried}
    assert len(both) == 2


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (None, "by BADGE_PEPPER_OLD: 1 (1 in use)"),
        (NOW, "by BADGE_PEPPER_OLD: 1 (0 in use)"),
    ],
)
def test_one_can_count_how_many_still_have_to_come(settings, capsys, lost, said):
    settings.CONFIG = replace(settings.CONFIG, badge_pepper=NEWER, older_pepper=OLDER)
    known("04000001", OLDER, lost_at=lost)
    known("04000002", NEWER)
    known("04000003", b"a pepper that nobody has any more")

    call_command("pepper")

    told = capsys.readouterr().out.splitlines()
    assert told[:3] == ["by BADGE_PEPPER: 1", said, "by neither, unknown at readers: 1"]
    assert (len(told) == 4) is (lost is not None)


def test_a_pepper_s_name_tells_one_from_the_other_and_nothing_else():
    assert pepper_mark(OLDER) != pepper_mark(NEWER)
    assert len(pepper_mark(OLDER)) == 8

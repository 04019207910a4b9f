"""The keys that make a blank card one of the lab."""

import pytest
from django.core.management import CommandError, call_command

from devices.card_keys import app_key, file_key, meta_key


def test_the_keys_of_a_card_are_told_by_number_and_use(capsys, settings):
    uid, secret = bytes.fromhex("04DE5F1EACC040"), settings.CONFIG.card_secret

    call_command("card_keys", "04:de:5f:1e:ac:c0:40")

    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["key", "0", "AppMasterKey", app_key(uid, secret).hex().upper()],
        ["key", "1", "SDMMetaRead", meta_key(secret).hex().upper()],
        ["key", "2", "SDMFileRead", file_key(uid, secret).hex().upper()],
    ]


@pytest.mark.parametrize("uid", ["", "04A1B2C3", "not hex", "04DE5F1EACC04000"])
def test_what_is_no_uid_of_such_a_card_gets_no_keys(uid):
    with pytest.raises(CommandError, match="7 bytes"):
        call_command("card_keys", uid)

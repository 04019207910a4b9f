"""`python -m lab replay --from … --to … --device …`: the past once more, from the raw log."""

from dataclasses import replace
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from devices import history
from devices.models import Device
from firmware_bridge.sinks.rawlog import RawLog

pytestmark = pytest.mark.django_db
AT = 1_795_400_000 * 10**9  # 2026-11-23 03:13:20 in Paris


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, state=tmp_path))
    raw = RawLog(tmp_path / "raw.sqlite3", most_bytes=10**6, days=7)
    for second in range(4):
        at = AT + second * 10**9
        raw.note(at, f"fablab/v1/plug-{second % 2}/readings", b'{"power":%d}' % second, False, [])
    raw.close()
    return tmp_path


def replay(capsys, *words):
    call_command("replay", *words, stdout=StringIO())
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--from=2026-11-23", "--to=2026-11-24"],
            "4 messages read, 4 of them differ now: 0 readings taken back, 4 kept",
        ),
        (
            ["--from=2026-11-23T03:13:21", "--to=2026-11-23T03:13:23"],
            "2 messages read, 2 of them differ now: 0 readings taken back, 2 kept",
        ),
        (
            ["--from=2026-11-23T02:13:20+00:00", "--to=2026-11-24", "--device=plug-1"],
            "2 messages read, 2 of them differ now: 0 readings taken back, 2 kept",
        ),
    ],
)
def test_a_time_of_the_past_is_decoded_again(state, capsys, words, said):
    assert replay(capsys, *words) == said


def test_what_is_understood_now_has_its_device_and_its_value(state, capsys):
    replay(capsys, "--from=2026-11-23", "--to=2026-11-24")

    last = history.last(state / "telemetry.sqlite3")
    assert [last[name]["power"].value for name in ("plug-0", "plug-1")] == [2.0, 3.0]
    assert list(Device.objects.order_by("name").values_list("name", "profile")) == [
        ("plug-0", "native"),
        ("plug-1", "native"),
    ]


@pytest.mark.parametrize(
    "words", [["--from=soon"], ["--from=2026-13-01"], ["--to=2026-11-23"], ["--device=plug-1"]]
)
def test_a_time_that_is_none_is_refused_in_one_line(state, words):
    with pytest.raises(CommandError, match=r"must be a day|need --from"):
        call_command("replay", *words)

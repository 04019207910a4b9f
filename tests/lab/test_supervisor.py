"""The supervisor on real processes: what dies comes back, and the end leaves nothing behind."""

import json
import os
import re
import signal
import sys

import pytest

from lab.supervisor.child import delays
from tests.processes import alive, eventually, running

CREW = """
import json, sys
from lab.supervisor.crew import Role
from lab.supervisor.supervisor import Supervisor
roles = [Role(name, (sys.executable, "-c", code)) for name, code in json.loads(sys.argv[1])]
Supervisor(roles, grace=1).run()
"""
SLEEPER = "import os, time; print('pid', os.getpid()); time.sleep(60)"
DEAF = "import os, signal, time; signal.signal(15, signal.SIG_IGN); print('pid', os.getpid()); time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-uc', {DEAF!r}])"


def crew(*before, **roles):
    words = [*before, sys.executable, "-c", CREW, json.dumps(list(roles.items()))]
    return running(*words, DJANGO_SETTINGS_MODULE="")


def pids(one, name):
    return [int(pid) for pid in re.findall(rf"{name} +\| pid (\d+)", one.text)]


def test_what_a_child_says_is_shown_behind_its_name():
    with crew(door="print('hello')\nprint('you')") as one:
        eventually(lambda: "you" in one.text)

        assert re.search(r"\d\d:\d\d:\d\d door +\| hello\n\d\d:\d\d:\d\d door +\| you\n", one.text)


def test_a_killed_child_runs_again_at_once_and_alone():
    with crew(door=SLEEPER, web=SLEEPER) as one:
        eventually(lambda: pids(one, "door") and pids(one, "web"))
        os.kill(pids(one, "door")[0], signal.SIGKILL)

        eventually(lambda: len(pids(one, "door")) == 2)

        assert "door ended (SIGKILL), again in 0.2 s" in one.text
        assert len(pids(one, "web")) == 1


def test_a_child_that_keeps_dying_is_started_less_and_less_often_but_never_given_up():
    waits = delays()

    assert [round(next(waits), 1) for _ in range(6)] == [0.2, 0.4, 0.8, 1.6, 3.0, 3.0]


def test_nohup_is_respected():
    with crew("nohup", web=SLEEPER) as one:
        eventually(lambda: pids(one, "web"))

        one.send(signal.SIGHUP)
        os.kill(pids(one, "web")[0], signal.SIGKILL)

        eventually(lambda: len(pids(one, "web")) == 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_end_leaves_no_process_not_even_a_deaf_grandchild(number):
    with crew(web=SLEEPER, broker=PARENT) as one:
        eventually(lambda: pids(one, "web") and pids(one, "broker"))
        family = one.family()

        one.send(number)

        assert one.end() == 0
        assert len(family) >= 4
        eventually(lambda: not alive(family), 30)  # before they would end by themselves


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_even_a_killed_supervisor_leaves_no_child():
    with crew(web=SLEEPER, deaf=DEAF) as one:
        eventually(lambda: pids(one, "web") and pids(one, "deaf"))
        family = one.family()

        one.send(signal.SIGKILL)

        eventually(lambda: not alive(family), 30)


def test_a_reader_that_goes_away_ends_it():
    code = "import time\nwhile True: print('tick'); time.sleep(0.05)"
    words = [sys.executable, "-c", CREW, json.dumps([["clock", code]])]
    with running("sh", "-c", '"$@" | head -n 20', "sh", *words, DJANGO_SETTINGS_MODULE="") as one:
        eventually(lambda: len(one.family()) > 2)
        family = one.family()

        eventually(lambda: not alive(family))

        eventually(lambda: one.text.count("tick") == 20)  # once it is read, too

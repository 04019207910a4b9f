"""A process that runs only while it is wanted."""

import os
import re
import signal
import sys

from tests.processes import alive, eventually, running

CREW = """
import sys, threading
from lab.supervisor.crew import Role
from lab.supervisor.supervisor import Supervisor
code = "import os, time; print('pid', os.getpid()); time.sleep(60)"
supervisor = Supervisor([
    Role("web", (sys.executable, "-c", code)),
    Role("serial", (sys.executable, "-c", code), on_demand=True),
], grace=1)
def listen():
    for line in sys.stdin:
        supervisor.want("serial", line.strip() == "want")
threading.Thread(target=listen, daemon=True).start()
supervisor.run()
"""


class House:
    """A supervisor that is told over a pipe what is wanted."""

    def __init__(self) -> None:
        self.read, self.write = os.pipe()

    def __enter__(self):
        self._running = running("sh", "-c", f'exec "$0" -c "$1" < /proc/{os.getpid()}/fd/{self.read}',
                                sys.executable, CREW, DJANGO_SETTINGS_MODULE="")  # fmt: skip
        self.one = self._running.__enter__()
        eventually(lambda: self.pids("web"))
        return self

    def __exit__(self, *error):
        os.close(self.read)
        os.close(self.write)
        self._running.__exit__(*error)

    def want(self, wanted: bool) -> None:
        os.write(self.write, b"want\n" if wanted else b"rest\n")

    def pids(self, name):
        return [int(pid) for pid in re.findall(rf"{name} +\| pid (\d+)", self.one.text)]


def test_it_does_not_run_until_it_is_wanted():
    with House() as house:
        assert len(house.one.family()) == 2  # the supervisor and the web
        house.want(True)

        eventually(lambda: house.pids("serial"))


def test_it_ends_when_nobody_wants_it_and_comes_back():
    with House() as house:
        house.want(True)
        eventually(lambda: house.pids("serial"))
        house.want(False)
        eventually(lambda: "serial ended, nobody needs it now" in house.one.text)
        eventually(lambda: len(house.one.family()) == 2)
        house.want(True)

        eventually(lambda: len(house.pids("serial")) == 2)


def test_while_it_is_wanted_it_is_started_again_like_any_other():
    with House() as house:
        house.want(True)
        eventually(lambda: house.pids("serial"))
        os.kill(house.pids("serial")[0], signal.SIGKILL)

        eventually(lambda: len(house.pids("serial")) == 2)


def test_the_end_of_the_house_is_its_end():
    with House() as house:
        house.want(True)
        eventually(lambda: house.pids("serial"))
        family = house.one.family()
        house.one.send(signal.SIGTERM)

        assert house.one.end() == 0
        eventually(lambda: not alive(family), 30)  # before they would end by themselves

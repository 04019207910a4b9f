"""The set-up tells what it does: a moving line on a terminal, plain lines elsewhere."""

import io
import re

import pytest

from tools.progress import Step


class Terminal(io.StringIO):
    def isatty(self):
        return True


def plain(text):
    return re.sub(r"\d+\.\d s", "N s", text)


def test_a_log_gets_a_line_before_and_after():
    out = io.StringIO()
    with Step(2, 4, "Python packages", out=out) as step:
        step.tick("django")

    assert plain(out.getvalue()) == "[2/4] Python packages…\n[2/4] ✓ Python packages in N s\n"


def test_a_failure_is_marked():
    out = io.StringIO()
    with pytest.raises(RuntimeError), Step(1, 1, "Python packages", out=out):
        raise RuntimeError

    assert plain(out.getvalue()).endswith("[1/1] ✗ Python packages failed after N s\n")


def test_a_terminal_gets_a_bar_that_is_wiped_at_the_end():
    out = Terminal()
    with Step(2, 4, "Python packages", total=60, out=out) as step:
        step.tick("django")

    assert out.getvalue().endswith("\r\x1b[K" + out.getvalue().rsplit("\x1b[K", 1)[1])
    assert plain(out.getvalue().rsplit("\x1b[K", 1)[1]) == "[2/4] ✓ Python packages in N s\n"


@pytest.mark.parametrize(("done", "bar"), [(0, "░" * 20), (30, "█" * 10 + "░" * 10), (99, "█" * 20)])
def test_the_bar_grows_and_never_overflows(done, bar):
    step = Step(1, 1, "Packages", total=60, out=io.StringIO())
    step.tick("django")
    step.done = done

    assert step.line("⠋", 12) == f"[1/1] ⠋ Packages   12 s  {bar} {min(done, 60)}/60  django"

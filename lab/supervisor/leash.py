"""`leash.py SIGNAL PARENT PROGRAM…` becomes PROGRAM, which gets SIGNAL when its parent dies.

A script of its own, standard library only: it runs between fork and exec in the child, where threads of the
parent can do no harm. Only Linux knows such a leash; elsewhere the program just starts.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    ending, parent, program = signal.Signals[sys.argv[1]], int(sys.argv[2]), sys.argv[3:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ending)
        if os.getppid() != parent:  # it died before the leash was on
            sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()

"""Runs the reader: MicroPython starts this file by itself once the board has booted."""

import asyncio
import sys

from reader import boards, console
from reader.app import Reader

config = console.kept() or console.learn(sys.stdin, print)
board = boards.pick(config)
try:
    asyncio.run(Reader(config, board).run())
except Exception as error:  # whatever it was, a fresh start is better than a dead reader
    sys.print_exception(error)
board.restart()

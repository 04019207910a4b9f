"""Small files that are replaced as a whole: a crash leaves the old one or the new one."""

import os


def replace(path, content):
    with open(path + ".new", "wb") as file:
        file.write(content)
        file.flush()
    os.rename(path + ".new", path)


def read(path):
    """The content; empty when there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def number(path):
    """The number that a file keeps; 0 when it keeps none."""
    try:
        return int(read(path))
    except ValueError:
        return 0


def remove(path):
    try:
        os.remove(path)
    except OSError:
        pass

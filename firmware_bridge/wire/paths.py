"""Where in a JSON value something stands: `a.b[0]`, `["odd key"].x`, with or without `$` in front."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 200
DEEPEST = 16

Path = tuple[str | int, ...]

_STEP = re.compile(
    r"""\.?(?P<name>[\w-]+) | \[(?P<index>\d{1,6})\]
    | \[(?P<quote>["'])(?P<odd>[^"'\\]{1,100})(?P=quote)\]""",
    re.VERBOSE,
)


class BadPath(ValueError):
    """A path that can't be read."""


class Missing:
    """Nothing stands there; `null` is something else."""


MISSING = Missing()


def parse(text: str) -> Path:
    """
    Raises:
        BadPath: when it is none, too long or too deep.
    """
    rest = text.strip().removeprefix("$")
    if len(text) > LONGEST or rest.startswith(".") != (text.strip().startswith("$.")):
        raise BadPath(text)
    steps: list[str | int] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        dotted = rest[at] == "."
        if found is None or (found["name"] is not None and bool(steps or rest[0] == ".") != dotted):
            raise BadPath(text)
        steps.append(int(found["index"]) if found["index"] else found["name"] or found["odd"])
        at = found.end()
    if len(steps) > DEEPEST:
        raise BadPath(text)
    return tuple(steps)


def pick(value: Any, path: Path) -> Any:
    """What stands there, or MISSING."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step, MISSING) if type(value) is dict else MISSING
        else:
            value = value[step] if type(value) is list and step < len(value) else MISSING
        if value is MISSING:
            break
    return value


def leaves(value: Any, *, most: int = 64) -> list[tuple[str, Any]]:
    """The paths of all plain values in it, as `parse` reads them; at most so many."""
    found: list[tuple[str, Any]] = []
    _collect(value, "", 0, found, most)
    return found


def _collect(value: Any, path: str, depth: int, found: list[tuple[str, Any]], most: int) -> None:
    if len(found) >= most or depth > DEEPEST or len(path) > LONGEST:
        return
    if type(value) is dict:
        for name, inner in value.items():
            step = _written(name, first=not path)
            if step:
                _collect(inner, path + step, depth + 1, found, most)
    elif type(value) is list:
        for index, inner in enumerate(value[:most]):
            _collect(inner, f"{path}[{index}]", depth + 1, found, most)
    elif depth <= DEEPEST:
        found.append((path or "$", value))


def _written(name: str, *, first: bool) -> str:
    """A member's step; nothing for a name that no path can tell."""
    if re.fullmatch(r"[\w-]+", name) and name != "$":
        return name if first else f".{name}"
    speakable = 0 < len(name) <= 100 and not set(name) & {"\\", "'", '"'}
    return f'["{name}"]' if speakable else ""

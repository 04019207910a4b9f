"""The simple templates of Home Assistant's documentation, read step by step and without Jinja."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from firmware_bridge.wire.payload import BadPayload, is_number, number, parse, plain

LARGEST_VALUE = 64 * 1024
MOST_DIGITS = 15


class Step(NamedTuple):
    """One thing that a template does: `get` a member, a filter, or an operation with a number."""

    name: str
    argument: Any = None


Template = tuple[Step, ...]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<text>'[^'\\]*'|\"[^\"\\]*\")|(?P<sign>[.\[\]()|,*/+-]))",
    re.ASCII,
)
_FILTERS = frozenset(
    {"float", "int", "round", "abs", "default", "d", "is_defined", "string", "lower", "upper", "trim"}
)
_NO_VALUE = object()


def template(told: str) -> Template | None:
    """The steps of `{{ value_json.a["b"][0] | float / 10 }}` and its like; None for what needs Jinja."""
    inner = told.strip()
    if not (inner.startswith("{{") and inner.endswith("}}")) or len(inner) > 500:
        return None
    tokens = list(_tokens(inner[2:-2].strip("- \t\r\n")))
    reader = _Reader(tokens)
    try:
        steps = reader.sum()
    except (IndexError, ValueError, RecursionError):
        return None
    return tuple(steps) if not reader.left else None


def _tokens(told: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(told.rstrip()):
        found = _TOKEN.match(told, at)
        if found is None:
            yield "alien", told[at]
            return
        kind = found.lastgroup or ""
        yield kind, found[kind]
        at = found.end()


class _Reader:
    """Filters bind tighter than operators, as in Jinja; an operator's right side is a number."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def left(self) -> bool:
        return self._at < len(self._tokens)

    def sum(self) -> list[Step]:
        steps, seen = self._filtered(), ""
        while self.left and self._peek() in ("*", "/", "+", "-"):
            sign = self._take()[1]
            if seen in ("+", "-") and sign in ("*", "/"):
                raise ValueError(sign)  # it would bind tighter than what stands before it
            seen = sign
            steps.append(Step(sign, _finite(self._expect("number"))))
        return steps

    def _filtered(self) -> list[Step]:
        steps = self._primary()
        while self.left and self._peek() == "|":
            self._take()
            name = self._expect("name")
            if name not in _FILTERS:
                raise ValueError(name)
            steps.append(Step(name, self._arguments()))
        return steps

    def _primary(self) -> list[Step]:
        kind, told = self._take()
        if told == "(" and kind == "sign":
            steps = self.sum()
            self._sign(")")
            return steps
        if kind != "name" or told not in ("value", "value_json"):
            raise ValueError(told)
        return [Step(told), *self._members()]

    def _members(self) -> Iterator[Step]:
        while self.left and self._peek() in (".", "["):
            if self._take()[1] == ".":
                yield Step("get", self._expect("name"))
                continue
            kind, told = self._take()
            if kind not in ("text", "number"):
                raise ValueError(told)
            yield Step("get", told[1:-1] if kind == "text" else int(told))
            self._sign("]")

    def _arguments(self) -> tuple[Any, ...]:
        found: list[Any] = []
        if not self.left or self._peek() != "(":
            return ()
        self._take()
        while self._peek() != ")":
            kind, told = self._take()
            if kind == "text":
                found.append(told[1:-1])
            elif kind == "number":
                found.append(_finite(told))
            elif kind == "name" and told in ("true", "false", "none", "None", "True", "False"):
                found.append({"t": True, "f": False}.get(told[0].lower()))
            elif told != ",":
                raise ValueError(told)
        self._take()
        return tuple(found)

    def _peek(self) -> str:
        return self._tokens[self._at][1]

    def _take(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, kind: str) -> str:
        found, told = self._take()
        if found != kind:
            raise ValueError(told)
        return told

    def _sign(self, sign: str) -> None:
        if self._take() != ("sign", sign):
            raise ValueError(sign)


def _finite(told: str) -> float:
    found = float(told)
    if math.isinf(found):
        raise ValueError(told)
    return found


class Told:
    """A payload that several templates may read: text, and JSON when one asks for it."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._json: Any = _NO_VALUE

    def text(self) -> str:
        return plain(self._payload, most=LARGEST_VALUE)

    def read(self, steps: Template | None) -> Any:
        """What a template makes of it; None where there is nothing."""
        if steps is None:
            return self.text()
        value: Any = None
        for step in steps:
            if step.name == "value":
                value = self.text()
            elif step.name == "value_json":
                if self._json is _NO_VALUE:
                    self._json = parse(self._payload, most=LARGEST_VALUE)
                value = self._json
            else:
                value = _done(step, value)
        return value


def _done(step: Step, value: Any) -> Any:
    name, argument = step
    if name == "get":
        return _member(value, argument)
    if name in ("default", "d"):
        return argument[0] if value is None and argument else value
    if value is None:
        return argument[0] if name in ("float", "int") and argument else None
    if name == "is_defined":
        return value
    if name in ("string", "lower", "upper", "trim"):
        told = written(value)
        return {"lower": told.lower, "upper": told.upper, "trim": told.strip}.get(name, lambda: told)()
    return _reckoned(step, value)


def _member(value: Any, name: str | int) -> Any:
    if type(value) is dict:
        return value.get(name)
    if type(value) is list and type(name) is int and name < len(value):
        return value[name]
    return None


def _reckoned(step: Step, value: Any) -> Any:
    name, argument = step
    if type(value) is str and is_number(value.strip()):
        value = float(value)
    if type(value) not in (int, float, bool):
        if name in ("float", "int") and argument:
            return argument[0]
        raise BadPayload("a template wants a number")
    found = number(float(value) if type(value) is bool else value, "a value")
    if name == "float":
        return found
    if name == "int":
        return float(int(found))
    if name == "abs":
        return abs(found)
    if name == "round":
        digits = argument[0] if argument and type(argument[0]) is float else 0.0
        return float(round(found, min(int(digits), MOST_DIGITS)))
    if name == "/" and not argument:
        raise BadPayload("a template divides by nothing")
    return number(
        {"*": found * argument, "/": found / (argument or 1), "+": found + argument, "-": found - argument}[
            name
        ],
        "a value",
    )


def written(value: Any) -> str:
    """A value as a template would print it."""
    if type(value) is float and value == int(value):
        return str(int(value))
    return str(value)

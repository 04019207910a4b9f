"""The simple templates of Home Assistant's documentation, read step by step and without Jinja."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from firmware_bridge.wire.payload import BadPayload, is_number, number, parse, plain

LARGEST_VALUE = 64 * 1024
LONGEST_WORD = 1_000
MOST_DIGITS = 15


class Step(NamedTuple):
    """One thing that a template does: `get` a member, a filter, an operation with a number, or a choice."""

    name: str
    argument: Any = None


Template = tuple[Step, ...]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<text>'[^'\\]*'|\"[^\"\\]*\")|(?P<sign>[=!<>]=|[.\[\]()|,*/+<>=-]))",
    re.ASCII,
)
_FILTERS = frozenset(
    {"float", "int", "round", "abs", "default", "d", "is_defined", "string", "lower", "upper", "trim"}
    | {"multiply", "add", "replace"}
)
_COMPARED = ("==", "!=", "<", ">", "<=", ">=")
_CONSTANTS = ("true", "false", "none", "None", "True", "False")
_NO_VALUE = object()


def template(told: str) -> Template | None:
    """The steps of `{{ value_json.a["b"][0] | float / 10 }}`, `{{ 'ON' if value_json.a == 1 else 'OFF' }}`
    and their like; None for what needs Jinja.
    """
    inner = told.strip()
    if not (inner.startswith("{{") and inner.endswith("}}")) or len(inner) > 500:
        return None
    tokens = list(_tokens(inner[2:-2].strip("- \t\r\n")))
    reader = _Reader(tokens)
    try:
        steps = reader.whole()
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

    def whole(self) -> list[Step]:
        """One value, or one of two by a test."""
        then = self._tested()
        if not self.left or self._peek() != "if":
            return then
        self._take()
        test, other = self._tested(), list[Step]()
        if self.left and self._peek() == "else":
            self._take()
            other = self.whole()
        return [Step("choose", (tuple(test), tuple(then), tuple(other)))]

    def _tested(self) -> list[Step]:
        steps = self._term()
        if self.left and self._peek() in _COMPARED:
            return [*steps, Step(self._take()[1], self._constant())]
        if self.left and self._peek() == "is":
            self._take()
            negated = self._peek() == "not"
            if negated:
                self._take()
            told = self._expect("name")
            if told not in ("defined", "none"):
                raise ValueError(told)
            steps.append(Step("is", (told == "defined") is not negated))
        return steps

    def _term(self) -> list[Step]:
        kind, told = self._tokens[self._at]
        if kind in ("text", "number") or (kind == "name" and told in _CONSTANTS):
            return [Step("constant", self._constant())]
        return self.sum()

    def _constant(self) -> Any:
        kind, told = self._take()
        if kind == "text":
            return told[1:-1]
        if kind == "number":
            return _finite(told)
        if kind == "name" and told in _CONSTANTS:
            return {"t": True, "f": False}.get(told[0].lower())
        raise ValueError(told)

    def sum(self) -> list[Step]:
        steps, seen = self._filtered(), ""
        while self.left and self._peek() in ("*", "/", "+", "-"):
            sign = self._take()[1]
            if seen in ("+", "-") and sign in ("*", "/"):
                raise ValueError(sign)  # it would bind tighter than what stands before it
            seen = sign
            steps.append(Step(sign, self._operand()))
        return steps

    def _operand(self) -> float:
        """A number; what looks like a filter of the whole is one of this number alone."""
        found = _finite(self._expect("number"))
        while self.left and self._peek() == "|":
            self._take()
            step = Step(self._expect("name"), self._arguments())
            if step.name not in ("float", "int", "round"):
                raise ValueError(step.name)
            found = _reckoned(step, found)
        return found

    def _filtered(self) -> list[Step]:
        steps = self._primary()
        while self.left and self._peek() == "|":
            self._take()
            name = self._expect("name")
            if name not in _FILTERS:
                raise ValueError(name)
            steps.append(_filter(name, self._arguments()))
        return steps

    def _primary(self) -> list[Step]:
        kind, told = self._take()
        if told == "(" and kind == "sign":
            steps = self.whole()
            self._sign(")")
            return steps
        if told in ("float", "int") and kind == "name":
            self._sign("(")
            steps = self.whole()
            return [*steps, Step(told, self._listed())]
        if kind != "name" or told not in ("value", "value_json"):
            raise ValueError(told)
        return [Step(told), *self._members()]

    def _members(self) -> Iterator[Step]:
        while self.left and self._peek() in (".", "["):
            if self._take()[1] == ".":
                name = self._expect("name")
                if name == "get" and self.left and self._peek() == "(":
                    member, *other = self._arguments()
                    yield Step("get", member if type(member) is str else "")
                    yield Step("default", tuple(other))
                else:
                    yield Step("get", name)
                continue
            kind, told = self._take()
            if kind not in ("text", "number"):
                raise ValueError(told)
            yield Step("get", told[1:-1] if kind == "text" else int(told))
            self._sign("]")

    def _arguments(self) -> tuple[Any, ...]:
        if not self.left or self._peek() != "(":
            return ()
        self._take()
        return self._listed()

    def _listed(self) -> tuple[Any, ...]:
        """What is left of a list of constants, some of them with their names."""
        found: list[Any] = []
        while self._peek() != ")":
            kind, told = self._tokens[self._at]
            if told == "," and kind == "sign":
                self._take()
            elif kind == "name" and told not in _CONSTANTS:
                self._take()
                self._sign("=")
            else:
                found.append(self._constant())
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


def _filter(name: str, arguments: tuple[Any, ...]) -> Step:
    if name in ("multiply", "add"):
        if len(arguments) != 1 or type(arguments[0]) is not float:
            raise ValueError(name)
        return Step({"multiply": "*", "add": "+"}[name], arguments[0])
    if name == "replace" and [type(each) for each in arguments] != [str, str]:
        raise ValueError(name)
    return Step(name, arguments)


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
            elif step.name == "choose":
                test, then, other = step.argument
                value = self.read(then if self.read(test) else other)
            else:
                value = _done(step, value)
        return value


def _done(step: Step, value: Any) -> Any:
    name, argument = step
    if name == "constant":
        return argument
    if name == "get":
        return _member(value, argument)
    if name == "is":
        return (value is not None) is argument
    if name in _COMPARED:
        return _compared(name, value, argument)
    if name in ("default", "d"):
        return argument[0] if value is None and argument else value
    if value is None:
        return argument[0] if name in ("float", "int") and argument else None
    if name == "is_defined":
        return value
    if name == "replace":
        return _replaced(written(value), *argument)
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


def _replaced(told: str, old: str, new: str) -> str:
    if len(told) > LONGEST_WORD:
        raise BadPayload("a template changes too long a text")
    return told.replace(old, new)[:LONGEST_WORD]


def _compared(sign: str, value: Any, other: Any) -> bool:
    if sign in ("==", "!="):
        return bool((value == other) is (sign == "=="))
    numbers = (int, float)
    if type(value) not in numbers or type(other) not in numbers:
        return False
    return bool({"<": value < other, ">": value > other, "<=": value <= other, ">=": value >= other}[sign])


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
    done = {
        "*": found * argument,
        "/": found / (argument or 1),
        "+": found + argument,
        "-": found - argument,
    }[name]
    return float(f"{number(done, 'a value'):.12g}")  # without the dust of a binary multiplication


def written(value: Any) -> str:
    """A value as a template would print it."""
    if type(value) is float and value == int(value):
        return str(int(value))
    return str(value)

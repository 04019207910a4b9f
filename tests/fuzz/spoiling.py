"""A second way to change an input, beside the fuzzer's bytes: one word or number of it becomes an odd one."""

import random
import re

_WORD = re.compile(rb'"[^"]*"|-?\d+(?:\.\d+)?|true|false|null|[A-Za-z_]{2,}')
ODD = (
    *(b"null", b"true", b"false", b"0", b"-1", b"1e999", b"-1e999", b"1e308", b"0.1", b"NaN", b"[]", b"{}"),
    *(
        b'""',
        b'"x"',
        b'"1"',
        b'"nan"',
        b'"\\u0000"',
        b'"\\ud800"',
        b'"\xff"',
        "\u0663".encode(),
        b"[[[[[[]]]]]]",
    ),
    *(str(2**bits).encode() for bits in (31, 32, 53, 63, 64, 1000)),
    *(b"9" * 400, b"1" * 5000, b'"' + b"a" * 300 + b'"', b'{"a":{"b":[1,{"c":null}]}}', b"-0.0"),
)


def spoilt(data: bytes, most: int, seed: int) -> bytes | None:
    """The input with one word of it exchanged, or twice there; None where it has none."""
    chance = random.Random(seed)
    words = list(_WORD.finditer(data, 1))
    if not words:
        return None
    at, other = chance.choice(words), chance.choice(words)
    odd = chance.choice([*ODD, other[0], b"%s,%s" % (at[0], at[0])])
    return (data[: at.start()] + odd + data[at.end() :])[:most]
